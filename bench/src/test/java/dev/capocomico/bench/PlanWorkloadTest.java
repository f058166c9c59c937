package dev.capocomico.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlanWorkloadTest {

    @Test
    void a_size_is_measured_and_its_times_are_in_order() {
        PlanWorkload.Result result = PlanWorkload.run(1_000, 1);

        assertThat(result.tasks()).isEqualTo(1_000);
        assertThat(result.edges()).isEqualTo(3_000);
        assertInOrder(result.reading());
        assertInOrder(result.planning());
    }

    private static void assertInOrder(Rounds.Measured measured) {
        assertThat(measured.minMillis()).isPositive().isLessThanOrEqualTo(measured.medianMillis());
        assertThat(measured.medianMillis()).isLessThanOrEqualTo(measured.maxMillis());
        assertThat(measured.warmUpRounds()).isBetween(Rounds.STEADY_ROUNDS, Rounds.WARM_UP_ROUNDS_MAX);
        assertThat(measured.rounds()).isEqualTo(Rounds.MEASURED_ROUNDS);
    }
}
