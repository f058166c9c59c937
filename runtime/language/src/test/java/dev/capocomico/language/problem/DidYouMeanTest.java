package dev.capocomico.language.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DidYouMeanTest {
    private static final List<String> KEYS =
            List.of("timeout", "tasks", "agents", "input", "id", "retry_policy", "when");

    @ParameterizedTest
    @CsvSource({
        "timeot, timeout",
        "Timeout, timeout",
        "taskss, tasks",
        "agnets, agents",
        "retry_polcy, retry_policy",
        "retrypolicy, retry_policy",
        "wehn, when",
        "inptu, input",
    })
    void a_slip_is_corrected(String word, String meant) {
        assertThat(DidYouMean.among(word, KEYS)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"compensate", "x", "priority", "iq_test_", "ab", "timeout"})
    void a_different_word_is_left_alone(String word) {
        assertThat(DidYouMean.among(word, KEYS)).isEmpty();
    }

    @Test
    void the_nearest_wins_and_of_equals_the_first() {
        assertThat(DidYouMean.among("fetch1", List.of("fetch22", "fetch2", "fetch3")))
                .contains("fetch2");
    }

    @Test
    void a_huge_word_is_not_compared() {
        assertThat(DidYouMean.among("t".repeat(100_000), KEYS)).isEmpty();
    }
}
