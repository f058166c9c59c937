package dev.capocomico.http.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);

    @Test
    void a_second_has_so_many_calls_and_a_tenant_knows_when_the_next_is_taken() {
        RateLimit limit = new RateLimit(10, now::get);
        for (int i = 0; i < 10; i++) {
            assertThat(limit.take("a")).isZero();
        }
        assertThat(limit.take("a")).isEqualTo(Duration.ofMillis(100));
        assertThat(limit.take("b")).isZero();
        now.addAndGet(Duration.ofMillis(100).toNanos());
        assertThat(limit.take("a")).isZero();
        assertThat(limit.take("a")).isPositive();
    }

    @Test
    void refused_calls_do_not_count_and_a_quiet_second_brings_all_back() {
        RateLimit limit = new RateLimit(3, now::get);
        for (int i = 0; i < 1_000; i++) {
            limit.take("a");
        }
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        for (int i = 0; i < 3; i++) {
            assertThat(limit.take("a")).isZero();
        }
        assertThat(limit.take("a")).isPositive();
    }

    @Test
    void no_limit_is_none() {
        RateLimit limit = new RateLimit(0, now::get);
        for (int i = 0; i < 100_000; i++) {
            assertThat(limit.take("a")).isZero();
        }
    }
}
