package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.junit.jupiter.api.Test;

class JsonInputTest {
    @Test
    void a_value_beyond_its_limits_is_refused_in_words_before_it_is_sent() throws Exception {
        assertRefused("{\"" + "k".repeat(60_000) + "\": 1}", "it has a key of more than 10,000 characters");
        assertRefused("[".repeat(600) + "]".repeat(600), "it is nested more than 500 deep");
        assertRefused("[1e999]", "it holds a number that JSON cannot hold");
        assertRefused("\"\\ud800\"", "it holds half of a character");
        assertRefused("[" + "9".repeat(1_005) + "]", "it holds a number of more than 1,000 digits");
        assertRefused("", "there is nothing");
        assertThat(JsonInput.parse("{\"" + "k".repeat(10_000) + "\": [1.5, \"𝄞\"]}"))
                .isNotNull();
    }

    private static void assertRefused(String text, String why) {
        assertThatThrownBy(() -> JsonInput.parse(text))
                .isInstanceOfSatisfying(JsonProcessingException.class, e -> assertThat(JsonInput.why(e))
                        .startsWith(why));
    }
}
