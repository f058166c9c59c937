package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonTest {
    private static final ObjectMapper PLAIN = new ObjectMapper();

    record Paid(int amount, String currency) {}

    static Stream<Object> values() {
        return Stream.of(
                true,
                1,
                -1,
                1L,
                (long) Integer.MAX_VALUE,
                Integer.MAX_VALUE + 1L,
                (long) Integer.MIN_VALUE,
                Long.MIN_VALUE,
                (short) 7,
                1.5,
                1.5f,
                new BigInteger("1234567890123456789012"),
                "gr\u00fc\u00df \uD83D\uDE00",
                'c',
                List.of(1L, "a"),
                Arrays.asList(1, null),
                Map.of("a", Map.of("b", 2L)),
                new Paid(3, "EUR"));
    }

    /** A value that came from the journal must not differ from the one that went there. */
    @ParameterizedTest
    @MethodSource("values")
    void a_value_has_the_form_that_parsing_gives(Object value) throws Exception {
        JsonNode parsed = PLAIN.readTree(PLAIN.writeValueAsBytes(value));

        assertThat(Json.of(value)).isEqualTo(parsed).hasSameClassAs(parsed);
    }

    @Test
    void nothing_is_null() {
        assertThat(Json.of(null).isNull()).isTrue();
    }

    /** In a row, a byte string stands for a value that is kept elsewhere. */
    @Test
    void bytes_become_text() {
        byte[] bytes = {1, 2, 3};
        assertThat(Json.of(bytes)).isEqualTo(TextNode.valueOf("AQID"));
        assertThat(Json.of(Map.of("in", List.of(BinaryNode.valueOf(bytes)))).at("/in/0"))
                .isEqualTo(TextNode.valueOf("AQID"));
    }

    @Test
    void what_has_no_form_in_json_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Json.of(new Object()))
                .withMessageStartingWith("a java.lang.Object cannot be written as JSON: ");
    }
}
