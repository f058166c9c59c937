package dev.capocomico.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CheckpointsTest {
    private static final long MINUTE = Duration.ofMinutes(1).toMillis();

    private final Checkpoints checkpoints = new Checkpoints(Duration.ofMinutes(5), 500, 0);

    @Test
    void a_small_state_is_written_every_five_hundred_steps() {
        assertThat(checkpoints.due(499, MINUTE)).isFalse();
        assertThat(checkpoints.due(500, MINUTE)).isTrue();
        written(500, MINUTE, 1_000);
        assertThat(checkpoints.due(999, MINUTE)).isFalse();
        assertThat(checkpoints.due(1_000, MINUTE)).isTrue();
    }

    @Test
    void a_large_state_is_written_when_the_steps_since_have_cost_as_much() {
        written(500, MINUTE, 1_000_000);
        assertThat(checkpoints.due(5_499, MINUTE)).isFalse();
        assertThat(checkpoints.due(5_500, MINUTE)).isTrue();
    }

    @Test
    void an_old_one_is_replaced_when_that_spares_anything() {
        assertThat(checkpoints.due(20, 5 * MINUTE - 1)).isFalse();
        assertThat(checkpoints.due(19, 5 * MINUTE)).isFalse();
        assertThat(checkpoints.due(20, 5 * MINUTE)).isTrue();
    }

    @Test
    void one_is_written_at_a_time_and_one_that_failed_is_tried_again_in_its_turn() {
        checkpoints.began(500, MINUTE);
        assertThat(checkpoints.due(2_000, MINUTE)).isFalse();
        checkpoints.failed();
        assertThat(checkpoints.due(999, MINUTE)).isFalse();
        assertThat(checkpoints.due(1_000, MINUTE)).isTrue();
    }

    @Test
    void a_recovery_counts_from_its_snapshot() {
        checkpoints.found(700, 400_000);
        assertThat(checkpoints.due(2_699, MINUTE)).isFalse();
        assertThat(checkpoints.due(2_700, MINUTE)).isTrue();
    }

    private void written(long step, long atMillis, int size) {
        checkpoints.began(step, atMillis);
        checkpoints.written(size);
    }
}
