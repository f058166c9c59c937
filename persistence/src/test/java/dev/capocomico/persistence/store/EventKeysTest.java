package dev.capocomico.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.capocomico.model.expression.Correlation;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EventKeysTest {
    private static final JsonMapper JSON = new JsonMapper();

    private static JsonNode json(String text) throws Exception {
        return JSON.readTree(text);
    }

    private static boolean meets(String event, String path, String value) throws Exception {
        Long[] keys = EventKeys.of("t", "paid", event);
        Long key = EventKeys.of("t", "paid", new Correlation(List.of(path.split("\\.")), json(value)));
        assertThat(keys).isNotNull();
        return Set.of(keys).contains(key);
    }

    @Test
    void what_is_equal_for_an_expression_meets() throws Exception {
        for (String number : List.of("7", "7.0", "70e-1", "0.7e1")) {
            assertThat(meets("{\"n\": " + number + "}", "n", "7")).as(number).isTrue();
            assertThat(meets("{\"n\": 7}", "n", number)).as(number).isTrue();
        }
        assertThat(meets("{\"n\": 0.1}", "n", "1e-1")).isTrue();
        assertThat(meets("{\"n\": -0.0}", "n", "0")).isTrue();
        assertThat(meets("{\"n\": 1e300}", "n", "10e299")).isTrue();
        assertThat(meets("{\"a\": {\"b\": {\"c\": {\"d\": true}}}, \"list\": [1]}", "a.b.c.d", "true"))
                .isTrue();
        assertThat(meets("{\"n\": \"\\u0000\"}", "n", "\"\\u0000\"")).isTrue();
    }

    @Test
    void what_is_not_does_not() throws Exception {
        assertThat(meets("{\"n\": 7}", "n", "\"7\"")).isFalse();
        assertThat(meets("{\"n\": true}", "n", "\"true\"")).isFalse();
        assertThat(meets("{\"n\": 7}", "m", "7")).isFalse();
        assertThat(meets("{\"a\": {\"b\": 7}}", "a", "7")).isFalse();
        assertThat(meets("{\"n\": 9007199254740993}", "n", "9007199254740992")).isFalse();
        assertThat(EventKeys.of("t", "sent", "{\"n\": 7}")[0])
                .isNotEqualTo(EventKeys.of("t", "paid", "{\"n\": 7}")[0])
                .isNotEqualTo(EventKeys.of("u", "sent", "{\"n\": 7}")[0]);
    }

    /** It is stored. The digest was reckoned by other means. */
    @Test
    void a_number_stays_what_it_was() throws Exception {
        assertThat(EventKeys.of("t", "paid", "{\"order\": {\"id\": \"o-1\"}}")).containsExactly(3784980102060042688L);
    }
}
