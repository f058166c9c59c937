package dev.capocomico.model.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper EXACT_JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    @Test
    void keys_are_sorted_by_their_units_at_every_depth_and_lists_keep_their_order() {
        assertThat(canonical("""
                {"b": [3, 1, {"z": null, "a": true}], "a": {}, "B": [], "": false}""")).isEqualTo("""
                        {"":false,"B":[],"a":{},"b":[3,1,{"a":true,"z":null}]}""");
    }

    @Test
    void numbers_of_one_value_have_one_form() {
        assertThat(canonical("[1, 1.0, 1e0, 10e-1, 0.1E1, 100E-2]")).isEqualTo("[1,1,1,1,1,1]");
        assertThat(canonical("[1000, 1e3, 0.5, 5e-1, 0.50, -12, -1.20, 1200.5]"))
                .isEqualTo("[1E3,1E3,5E-1,5E-1,5E-1,-12,-12E-1,12005E-1]");
        assertThat(canonical("[0, -0, 0.0, -0.0, 0e7]")).isEqualTo("[0,0,0,0,0]");
    }

    @Test
    void a_number_is_not_rounded_and_its_exponent_not_written_out() {
        assertThat(canonical("[123456789012345678901234567890.125, 1e-999999999, 7E+999999999]"))
                .isEqualTo("[123456789012345678901234567890125E-3,1E-999999999,7E999999999]");
    }

    @Test
    void the_type_that_holds_a_number_does_not_matter() {
        assertThat(canonical(NODES.arrayNode()
                        .add(NODES.numberNode((short) 7))
                        .add(7)
                        .add(7L)
                        .add(7f)
                        .add(7d)
                        .add(new BigDecimal("7.00"))
                        .add(BigInteger.valueOf(7))))
                .isEqualTo("[7,7,7,7,7,7,7]");
        assertThat(canonical(NODES.arrayNode().add(0.1f).add(0.1d).add(new BigDecimal("0.1"))))
                .isEqualTo("[1E-1,1E-1,1E-1]");
    }

    @Test
    void what_is_no_json_is_refused() {
        assertThatThrownBy(() -> canonical(NODES.arrayNode().add(Double.NaN)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a JSON number: NaN");
        assertThatThrownBy(() -> canonical(NODES.arrayNode().add(Float.NEGATIVE_INFINITY)))
                .hasMessage("not a JSON number: -Infinity");
        assertThatThrownBy(() -> canonical(NODES.pojoNode(Duration.ZERO))).hasMessage("not a JSON value: PT0S");
    }

    @Test
    void strings_escape_quotes_backslashes_control_characters_and_half_characters_and_nothing_else() {
        assertThat(canonical(NODES.textNode("a\"b\\c/\n\u0000\u001f\u007f é€😀")))
                .isEqualTo("\"a\\\"b\\\\c/\\u000a\\u0000\\u001f\u007f é€😀\"");
        assertThat(canonical(NODES.textNode("\ud83d|\ude00\ud83d"))).isEqualTo("\"\\ud83d|\\ude00\\ud83d\"");
        assertThat(canonical(NODES.binaryNode(new byte[] {1, 2, 3}))).isEqualTo("\"AQID\"");
    }

    @Test
    void long_texts_of_any_characters_are_the_bytes_of_their_utf_8_form() throws JsonProcessingException {
        for (int round = 0; round < 50; round++) {
            long seed = 6_000L + round;
            Random random = new Random(seed);
            ObjectNode object = NODES.objectNode();
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(20_000);
            while (text.length() < length) {
                int codePoint = random.nextInt(1 << (5 + random.nextInt(16)));
                boolean plain = codePoint >= 0x20
                        && Character.isValidCodePoint(codePoint)
                        && (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE);
                text.appendCodePoint(plain ? codePoint : 'x');
            }
            object.put("text", text.toString());

            // Without control characters, another library's printer writes the same.
            assertThat(sha256(object)).as("seed %d", seed).isEqualTo(sha256(JSON.writeValueAsString(object)));
        }
    }

    private static String canonical(String json) {
        try {
            return canonical(EXACT_JSON.readTree(json));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    private static String canonical(JsonNode value) {
        Recorded recorded = new Recorded();
        Utf8Sink sink = new Utf8Sink(recorded);
        new CanonicalJson(sink).write(value);
        return new String(sink.finish(), StandardCharsets.UTF_8);
    }

    private static byte[] sha256(JsonNode value) {
        Utf8Sink sink = new Utf8Sink(sha256());
        new CanonicalJson(sink).write(value);
        return sink.finish();
    }

    private static byte[] sha256(String text) {
        return sha256().digest(text.getBytes(StandardCharsets.UTF_8));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Digests nothing: the digest is what went in. */
    private static final class Recorded extends MessageDigest {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Recorded() {
            super("recorded");
        }

        @Override
        protected void engineUpdate(byte input) {
            bytes.write(input);
        }

        @Override
        protected void engineUpdate(byte[] input, int offset, int length) {
            bytes.write(input, offset, length);
        }

        @Override
        protected byte[] engineDigest() {
            return bytes.toByteArray();
        }

        @Override
        protected void engineReset() {
            bytes.reset();
        }
    }
}
