package dev.capocomico.model.execution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValueLimitsTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @Test
    void the_limit_is_that_of_the_bytes_as_json_to_the_byte() {
        // One, two, three and four bytes a character, an escape of two and one of six, in texts and in keys.
        for (String letter : List.of("x", "é", "☂", "𝄞", "\n", "\u0001")) {
            int each = letter.getBytes(StandardCharsets.UTF_8).length;
            int bytes = letter.equals("\n") ? 2 : letter.equals("\u0001") ? 6 : each;
            String most = letter.repeat((ValueLimits.BYTES_MAX - 4) / bytes);
            ArrayNode value = JSON.arrayNode().add(most);
            int missing = ValueLimits.BYTES_MAX - 4 - bytes * (most.length() / letter.length());
            assertThat(ValueLimits.excess(value))
                    .as("%s", letter.codePointAt(0))
                    .isEmpty();
            ArrayNode full = JSON.arrayNode().add(most + "x".repeat(missing));
            assertThat(ValueLimits.excess(full)).as("%s", letter.codePointAt(0)).isEmpty();
            ArrayNode over = JSON.arrayNode().add(most + "x".repeat(missing + 1));
            assertThat(ValueLimits.excess(over)).as("%s", letter.codePointAt(0)).isPresent();
            assertThat(ValueLimits.excess(JSON.objectNode().put(most + "x".repeat(missing), 1)))
                    .isPresent();
        }
    }

    @Test
    void keys_and_values_are_counted_and_a_hundred_thousand_items_of_a_few_fields_fit() {
        ArrayNode list = JSON.arrayNode();
        for (int i = 0; i < ValueLimits.ELEMENTS_MAX - 1; i++) {
            list.addObject();
        }
        assertThat(ValueLimits.excess(list)).isEmpty();
        list.addObject();
        assertThat(ValueLimits.excess(list))
                .hasValueSatisfying(excess -> assertThat(excess).contains("more than 1,000,000 keys and values"));
        ArrayNode items = JSON.arrayNode();
        for (int i = 0; i < 100_000; i++) {
            items.addObject().put("id", i).put("name", "n" + i).put("ok", true).put("price", 1.5);
        }
        assertThat(ValueLimits.excess(items)).isEmpty();
    }

    @Test
    void a_key_may_be_long_and_not_longer() {
        String key = "k".repeat(ValueLimits.KEY_CHARACTERS_MAX);
        assertThat(ValueLimits.excess(JSON.objectNode().put(key, 1))).isEmpty();
        assertThat(ValueLimits.excess(JSON.arrayNode().add(JSON.objectNode().put(key + "k", 1))))
                .hasValueSatisfying(excess -> assertThat(excess).contains("a key of more than 10,000 characters"));
    }

    @Test
    void numbers_are_bounded_by_their_digits_and_must_be_numbers() {
        assertThat(ValueLimits.excess(JSON.numberNode(new BigDecimal("1e-900"))))
                .isEmpty();
        assertThat(ValueLimits.excess(JSON.numberNode(BigInteger.TEN.pow(900)))).isEmpty();
        assertThat(ValueLimits.excess(JSON.numberNode(BigInteger.TEN.pow(1_010))))
                .isPresent();
        assertThat(ValueLimits.excess(JSON.numberNode(new BigDecimal("1e-1001"))))
                .isPresent();
        assertThat(ValueLimits.excess(JSON.numberNode(new BigDecimal("1e1000000000"))))
                .isPresent();
        for (double number : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            assertThat(ValueLimits.excess(JSON.arrayNode().add(number)))
                    .hasValueSatisfying(excess -> assertThat(excess).contains("a number that JSON cannot hold"));
            assertThat(ValueLimits.excess(JSON.arrayNode().add((float) number))).isPresent();
        }
    }

    @Test
    void half_a_character_is_refused_in_texts_and_in_keys() {
        for (String text : List.of("\ud800", "a\udc00", "\udc00\ud800", "𝄞\ud834")) {
            assertThat(ValueLimits.excess(JSON.arrayNode().add(text))).isPresent();
            assertThat(ValueLimits.excess(JSON.objectNode().put(text, 1))).isPresent();
        }
        assertThat(ValueLimits.excess(JSON.arrayNode().add("𝄞 and é"))).isEmpty();
    }

    @Test
    void what_is_nested_too_deep_is_refused_and_not_followed_to_its_end() {
        assertThat(ValueLimits.excess(nested(ValueLimits.NESTING_MAX))).isEmpty();
        assertThat(ValueLimits.excess(nested(ValueLimits.NESTING_MAX + 1)))
                .hasValueSatisfying(excess -> assertThat(excess).contains("more than 500 deep"));
        assertThat(ValueLimits.excess(nested(1_000_000))).isPresent();
    }

    private static JsonNode nested(int depth) {
        JsonNode value = JSON.numberNode(1);
        for (int i = 0; i < depth; i++) {
            value = JSON.arrayNode().add(value);
        }
        return value;
    }
}
