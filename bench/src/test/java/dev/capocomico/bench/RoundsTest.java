package dev.capocomico.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private static final long MILLI = 1_000_000;

    @Test
    void warm_up_ends_when_three_rounds_in_a_row_took_about_the_same() {
        Rounds.Measured measured = Rounds.measure(scripted(90, 40, 41, 30, 21, 20, 22, 20));

        assertThat(measured.warmUpRounds()).isEqualTo(7);
        assertThat(measured.steady()).isTrue();
        assertThat(measured.rounds()).isEqualTo(Rounds.MEASURED_ROUNDS);
        assertThat(measured.maxMillis()).isEqualTo(20);
    }

    @Test
    void warm_up_that_never_becomes_steady_is_bounded_and_said() {
        boolean[] slow = {false};
        Rounds.Measured measured = Rounds.measure(() -> {
            slow[0] = !slow[0];
            return new long[] {slow[0] ? 2 * MILLI : MILLI};
        });

        assertThat(measured.warmUpRounds()).isEqualTo(Rounds.WARM_UP_ROUNDS_MAX);
        assertThat(measured.steady()).isFalse();
        assertThat(measured.medianMillis()).isEqualTo(1.5);
    }

    @Test
    void pieces_of_work_are_measured_and_rounds_compared() {
        Rounds.Measured measured = Rounds.measure(() -> new long[] {3 * MILLI, MILLI, 8 * MILLI});

        assertThat(measured)
                .isEqualTo(new Rounds.Measured(3, 1, 8, Rounds.STEADY_ROUNDS, Rounds.MEASURED_ROUNDS, true));
    }

    /** Rounds of one piece that take these times, and then always the last of them. */
    private static Rounds.Round scripted(long... millis) {
        var times = LongStream.concat(LongStream.of(millis), LongStream.generate(() -> millis[millis.length - 1]))
                .iterator();
        return () -> new long[] {times.nextLong() * MILLI};
    }
}
