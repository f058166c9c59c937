package dev.capocomico.model.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
    private static RetryPolicy policy(RetryStrategy strategy, double multiplier, double jitter) {
        return new RetryPolicy(
                strategy,
                20,
                Duration.ofMillis(100),
                Duration.ofMillis(1_500),
                multiplier,
                jitter,
                List.of(),
                List.of());
    }

    private static List<Long> delays(RetryPolicy policy, int retries) {
        return IntStream.rangeClosed(1, retries)
                .mapToObj(retry -> policy.delay(retry, 0.5).toMillis())
                .toList();
    }

    @Test
    void fixed_stays() {
        assertThat(delays(policy(RetryStrategy.FIXED, 2, 0), 3)).containsExactly(100L, 100L, 100L);
    }

    @Test
    void linear_grows_by_the_first_delay() {
        assertThat(delays(policy(RetryStrategy.LINEAR, 2, 0), 4)).containsExactly(100L, 200L, 300L, 400L);
    }

    @Test
    void exponential_grows_by_the_multiplier_up_to_the_cap() {
        assertThat(delays(policy(RetryStrategy.EXPONENTIAL, 2, 0), 6))
                .containsExactly(100L, 200L, 400L, 800L, 1_500L, 1_500L);
        assertThat(delays(policy(RetryStrategy.EXPONENTIAL, 3, 0), 3)).containsExactly(100L, 300L, 900L);
    }

    @Test
    void fibonacci_adds_the_two_before_up_to_the_cap() {
        assertThat(delays(policy(RetryStrategy.FIBONACCI, 2, 0), 8))
                .containsExactly(100L, 100L, 200L, 300L, 500L, 800L, 1_300L, 1_500L);
    }

    @Test
    void random_lies_between_the_first_delay_and_the_cap() {
        RetryPolicy random = policy(RetryStrategy.RANDOM, 2, 0.5);
        assertThat(random.delay(1, 0)).isEqualTo(Duration.ofMillis(100));
        assertThat(random.delay(9, 0.5)).isEqualTo(Duration.ofMillis(800));
        assertThat(random.delay(1, 0.999_999)).isLessThanOrEqualTo(Duration.ofMillis(1_500));
    }

    @Test
    void jitter_adds_or_takes_away_its_share_and_never_passes_the_cap() {
        RetryPolicy jittered = policy(RetryStrategy.EXPONENTIAL, 2, 0.1);
        assertThat(jittered.delay(1, 0)).isEqualTo(Duration.ofMillis(90));
        assertThat(jittered.delay(1, 0.5)).isEqualTo(Duration.ofMillis(100));
        assertThat(jittered.delay(1, 0.999_999)).isEqualTo(Duration.ofMillis(110));
        assertThat(jittered.delay(9, 0.999_999)).isEqualTo(Duration.ofMillis(1_500));
        assertThat(jittered.delay(9, 0)).isEqualTo(Duration.ofMillis(1_350));
    }

    @Test
    void even_absurd_numbers_of_retries_stay_under_the_cap() {
        for (RetryStrategy strategy : RetryStrategy.values()) {
            Duration delay = policy(strategy, 10, 1).delay(Integer.MAX_VALUE, 0.999);
            assertThat(delay).as("%s", strategy).isBetween(Duration.ZERO, Duration.ofMillis(1_500));
        }
    }

    @Test
    void the_named_policies_are_those_that_are_documented() {
        assertThat(RetryPolicy.NAMED.keySet())
                .containsExactly("none", "standard", "exponential_backoff", "aggressive", "conservative", "quick");
        assertThat(delays(named("standard"), 3)).containsExactly(1_000L, 2_000L, 4_000L);
        assertThat(delays(named("aggressive"), 5)).containsExactly(500L, 1_000L, 2_000L, 4_000L, 8_000L);
        assertThat(delays(named("conservative"), 2)).containsExactly(2_000L, 6_000L);
        assertThat(delays(named("quick"), 3)).containsExactly(100L, 150L, 225L);
        assertThat(RetryPolicy.NAMED.values().stream().map(RetryPolicy::maxRetries))
                .containsExactly(0, 3, 3, 5, 2, 3);
        assertThat(RetryPolicy.NAMED.values().stream()
                        .map(policy -> policy.maxDelay().toSeconds()))
                .containsExactly(0L, 60L, 60L, 30L, 120L, 5L);
    }

    private static RetryPolicy named(String name) {
        return Objects.requireNonNull(RetryPolicy.NAMED.get(name));
    }

    @Test
    void codes_to_retry_and_codes_not_to_retry() {
        RetryPolicy only = new RetryPolicy(
                RetryStrategy.FIXED, 1, Duration.ZERO, Duration.ZERO, 1, 0, List.of("A", "B"), List.of("B"));
        assertThat(only.retries("A")).isTrue();
        assertThat(only.retries("B")).isFalse();
        assertThat(only.retries("C")).isFalse();
        assertThat(RetryPolicy.STANDARD.retries("C")).isTrue();
    }
}
