package dev.capocomico.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlanWorkloadTest {

    @Test
    void a_size_is_measured_and_its_times_are_in_order() {
        PlanWorkload.Result result = PlanWorkload.run(10_000, 1);

        assertThat(result.tasks()).isEqualTo(10_000);
        assertThat(result.edges()).isEqualTo(30_000);
        assertThat(result.minMillis()).isPositive().isLessThanOrEqualTo(result.medianMillis());
        assertThat(result.medianMillis()).isLessThanOrEqualTo(result.maxMillis());
        assertThat(result.warmUpRounds()).isBetween(Rounds.STEADY_ROUNDS, Rounds.WARM_UP_ROUNDS_MAX);
        assertThat(result.rounds()).isEqualTo(Rounds.MEASURED_ROUNDS);
    }
}
