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

class ValueSizeTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @Test
    void the_limit_is_that_of_the_bytes_as_json_to_the_byte() {
        // One, two, three and four bytes a character, an escape of two and one of six, in texts and in keys.
        for (String letter : List.of("x", "é", "☂", "𝄞", "\n", "\u0001")) {
            int each = letter.getBytes(StandardCharsets.UTF_8).length;
            int bytes = letter.equals("\n") ? 2 : letter.equals("\u0001") ? 6 : each;
            String most = letter.repeat((ValueSize.BYTES_MAX - 4) / bytes);
            ArrayNode value = JSON.arrayNode().add(most);
            int missing = ValueSize.BYTES_MAX - 4 - bytes * (most.length() / letter.length());
            assertThat(ValueSize.excess(value)).as("%s", letter.codePointAt(0)).isEmpty();
            ArrayNode full = JSON.arrayNode().add(most + "x".repeat(missing));
            assertThat(ValueSize.excess(full)).as("%s", letter.codePointAt(0)).isEmpty();
            ArrayNode over = JSON.arrayNode().add(most + "x".repeat(missing + 1));
            assertThat(ValueSize.excess(over)).as("%s", letter.codePointAt(0)).isPresent();
            assertThat(ValueSize.excess(JSON.objectNode().put(most + "x".repeat(missing), 1)))
                    .isPresent();
        }
    }

    @Test
    void many_small_values_count_and_numbers_of_any_kind_fit() {
        ArrayNode list = JSON.arrayNode();
        for (int i = 0; i < ValueSize.BYTES_MAX / 2; i++) {
            list.add(1);
        }
        assertThat(ValueSize.excess(list)).isPresent();
        list.remove(0);
        assertThat(ValueSize.excess(list)).isEmpty();
        assertThat(ValueSize.excess(JSON.numberNode(new BigDecimal("1e-900")))).isEmpty();
        assertThat(ValueSize.excess(JSON.numberNode(BigInteger.TEN.pow(900)))).isEmpty();
    }

    @Test
    void what_is_nested_too_deep_is_refused_and_not_followed_to_its_end() {
        assertThat(ValueSize.excess(nested(ValueSize.NESTING_MAX))).isEmpty();
        assertThat(ValueSize.excess(nested(ValueSize.NESTING_MAX + 1)))
                .hasValueSatisfying(excess -> assertThat(excess).contains("more than 500 deep"));
        assertThat(ValueSize.excess(nested(1_000_000))).isPresent();
    }

    private static JsonNode nested(int depth) {
        JsonNode value = JSON.numberNode(1);
        for (int i = 0; i < depth; i++) {
            value = JSON.arrayNode().add(value);
        }
        return value;
    }
}
