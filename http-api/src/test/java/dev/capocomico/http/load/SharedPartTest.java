package dev.capocomico.http.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SharedPartTest {
    private double load;
    private long nowNanos;
    private final SharedPart part = new SharedPart(2, 32, () -> load, 0);

    @Test
    void while_the_processors_are_busy_there_is_one_call_for_each_and_more_when_they_are_not() {
        assertThat(part.now()).isEqualTo(32);
        load = 0.99;
        assertThat(after(1)).isEqualTo(16);
        assertThat(after(10)).isEqualTo(2);
        load = 0.8;
        assertThat(after(10)).as("neither busy nor idle").isEqualTo(2);
        load = 0.3;
        assertThat(after(1)).isEqualTo(3);
        assertThat(after(100)).isEqualTo(32);
        load = -1;
        assertThat(after(10)).as("nobody knows").isEqualTo(32);
    }

    @Test
    void it_looks_four_times_a_second_however_many_calls_there_are() {
        load = 1;
        nowNanos += Duration.ofMillis(249).toNanos();
        for (int i = 0; i < 1_000; i++) {
            part.look(nowNanos);
        }
        assertThat(part.now()).isEqualTo(32);
        nowNanos += Duration.ofMillis(1).toNanos();
        for (int i = 0; i < 1_000; i++) {
            part.look(nowNanos);
        }
        assertThat(part.now()).isEqualTo(16);
    }

    private long after(int looks) {
        for (int i = 0; i < looks; i++) {
            nowNanos += Duration.ofMillis(250).toNanos();
            part.look(nowNanos);
        }
        return part.now();
    }
}
