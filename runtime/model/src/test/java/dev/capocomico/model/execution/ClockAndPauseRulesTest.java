package dev.capocomico.model.execution;

import static dev.capocomico.model.execution.Play.workflow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.definition.EventWait;
import dev.capocomico.model.definition.SagaStrategy;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Deadlines, what falls due while everything is down, pauses. */
class ClockAndPauseRulesTest {
    private static Play sleeper() {
        return Play.of(workflow()
                .timeout(Duration.ofMinutes(10))
                .task("s", task -> task.sleep(Duration.ofMinutes(4)))
                .task("a", task -> task.agent("worker").dependsOn("s")));
    }

    @Test
    void a_sleep_ends_when_its_time_is_over() {
        Play play = sleeper().start();
        assertThat(play.wakesIn()).isEqualTo(240_000);
        assertThat(play.after(Duration.ofMinutes(4)).running()).containsExactly("a");
    }

    @Test
    void a_sleep_of_no_length_is_over_at_once() {
        Play play =
                Play.of(workflow().task("s", task -> task.sleep(Duration.ZERO))).start();
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void the_executions_timeout_is_wall_time_from_the_start() {
        Play play = sleeper().start().after(Duration.ofMinutes(4)).after(Duration.ofMinutes(6));
        assertThat(play.owesStop("a")).isTrue();
        play.after(Duration.ofSeconds(30));
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.TIMED_OUT);
        assertThat(play.ending().code()).isEqualTo(FailureCode.EXECUTION_TIMEOUT);
    }

    @Test
    void the_timeout_said_at_the_start_comes_before_that_of_the_definition_and_of_the_configuration() {
        StartOptions options = new StartOptions(Duration.ofMinutes(1), null, null, null, null, Map.of());
        assertThat(sleeper().start("{}", options).wakesIn()).isEqualTo(60_000);
        Play unsaid =
                Play.of(workflow().task("a", task -> task.agent("worker"))).start();
        assertThat(unsaid.wakesIn()).isEqualTo(Duration.ofHours(24).toMillis());
    }

    @Test
    void an_execution_that_waits_for_long_is_parked_until_something_is_due() {
        Play asleep = Play.of(workflow().task("s", task -> task.sleep(Duration.ofMinutes(5))))
                .start();
        assertThat(asleep.all(Fact.Parked.class))
                .containsExactly(
                        new Fact.Parked(asleep.now + Duration.ofMinutes(5).toMillis()));
        Play soon = Play.of(workflow().task("s", task -> task.sleep(Duration.ofSeconds(50))))
                .start();
        assertThat(soon.all(Fact.Parked.class)).isEmpty();
        Play working = Play.of(
                        workflow().task("a", task -> task.agent("worker")).task("w", task -> task.waitFor("go")))
                .start();
        assertThat(working.all(Fact.Parked.class)).isEmpty();
        assertThat(working.pause().succeeds("a").all(Fact.Parked.class))
                .as("paused, and only somebody who resumes it can wake it")
                .containsExactly(new Fact.Parked(ExecutionState.NEVER));
    }

    @Test
    void a_parent_that_is_parked_asks_after_its_child_every_minute() {
        Play play =
                Play.of(workflow().task("kid", task -> task.child("billing"))).start();
        assertThat(play.all(Fact.Parked.class)).containsExactly(new Fact.Parked(play.now + 60_000));
    }

    @Test
    void what_became_due_while_down_is_decided_first_in_the_order_it_was_due() {
        Play play = Play.of(workflow()
                        .timeout(Duration.ofMinutes(10))
                        .task("late", task -> task.sleep(Duration.ofMinutes(3)))
                        .task("early", task -> task.sleep(Duration.ofMinutes(2)))
                        .task("w", task -> task.waitFor("go", Duration.ofMinutes(1))))
                .start()
                .later(Duration.ofMinutes(5))
                .signal("go", "1");
        assertThat(play.ending().code()).isEqualTo(FailureCode.TIMEOUT);
        assertThat(play.ending().task()).isEqualTo(play.index("w"));
    }

    @Test
    void timers_fire_in_the_order_they_were_due() {
        Play play = Play.of(workflow()
                        .task("late", task -> task.sleep(Duration.ofMinutes(3)))
                        .task("early", task -> task.sleep(Duration.ofMinutes(2)))
                        .task("a", task -> task.agent("worker")))
                .start()
                .after(Duration.ofMinutes(5));
        assertThat(play.all(Fact.TimerFired.class).stream()
                        .map(fired -> fired.element().task()))
                .containsExactly(play.index("early"), play.index("late"));
    }

    @Test
    void a_failure_that_was_due_before_the_deadline_is_what_the_execution_ends_with() {
        Play play = Play.of(workflow()
                        .timeout(Duration.ofMinutes(10))
                        .task("w", task -> task.waitFor("go", Duration.ofMinutes(9))))
                .start()
                .after(Duration.ofHours(1));
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(play.task("w")).isEqualTo(TaskStatus.TIMEOUT);
    }

    @Test
    void an_execution_whose_last_timer_was_due_before_the_deadline_completes() {
        Play play = Play.of(
                        workflow().timeout(Duration.ofMinutes(10)).task("s", task -> task.sleep(Duration.ofMinutes(9))))
                .start()
                .after(Duration.ofHours(1));
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void a_command_that_came_after_the_deadline_finds_the_execution_timed_out() {
        Play play = sleeper().start().after(Duration.ofMinutes(4)).later(Duration.ofHours(2));
        var late = play.succeeded("a", "1");
        play.pause();
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.PAUSED);
        play.resume().report(late);
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.TIMED_OUT);
        assertThat(play.task("a")).isEqualTo(TaskStatus.COMPLETED);
    }

    @Test
    void a_grace_begins_when_agents_can_be_told_not_while_everything_is_down() {
        Play play = sleeper().start().after(Duration.ofMinutes(4)).after(Duration.ofHours(2));
        assertThat(play.owesStop("a")).isTrue();
        assertThat(play.wakesIn()).isEqualTo(30_000);
    }

    @Test
    void while_paused_running_attempts_may_end_and_nothing_new_starts() {
        Play play = Play.of(workflow().task("a", task -> task.agent("worker")).task("b", task -> task.agent("worker")
                        .dependsOn("a")))
                .start()
                .pause();
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.PAUSED);
        assertThat(play.succeeds("a").running()).isEmpty();
        assertThat(Execution.waitingFor(play.rules, play.state)).anyMatch(Waiting.ForResume.class::isInstance);
        assertThat(play.resume().running()).containsExactly("b");
    }

    @Test
    void while_paused_timers_fire_and_are_recorded() {
        Play play = sleeper().start().pause().after(Duration.ofMinutes(4));
        assertThat(play.task("s")).isEqualTo(TaskStatus.COMPLETED);
        assertThat(play.running()).isEmpty();
        assertThat(play.resume().running()).containsExactly("a");
    }

    @Test
    void while_paused_the_executions_deadline_stands_still() {
        Play play = sleeper().start().after(Duration.ofMinutes(5)).pause().after(Duration.ofHours(3));
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.PAUSED);
        play.resume();
        assertThat(play.wakesIn()).isEqualTo(Duration.ofMinutes(5).toMillis());
    }

    @Test
    void while_paused_failure_and_compensation_wait_for_resume() {
        Play play = Play.of(workflow()
                        .saga(SagaStrategy.BACKWARD)
                        .task("a", task -> task.agent("worker").compensate("worker", "undo"))
                        .task("b", task -> task.agent("worker").dependsOn("a")))
                .start()
                .succeeds("a")
                .pause()
                .failsForGood("b");
        assertThat(play.running()).isEmpty();
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.PAUSED);
        assertThat(play.resume().running()).containsExactly("undo a");
        play.pause().after(Duration.ofHours(1));
        assertThat(play.running()).containsExactly("undo a");
        play.resume();
        assertThat(play.wakesIn()).isEqualTo(600_000);
    }

    @Test
    void while_paused_a_wait_may_time_out_and_an_event_may_be_taken() {
        Play play = Play.of(workflow()
                        .task("w", task -> task.waitFor("go", Duration.ofMinutes(1)))
                        .task("e", task -> task.agent("worker").onEvent(new EventWait("t", null, null))))
                .start()
                .pause()
                .offer("e", "1", "{}")
                .after(Duration.ofMinutes(1));
        assertThat(play.running()).isEmpty();
        assertThat(play.task("w")).isEqualTo(TaskStatus.TIMEOUT);
        assertThat(play.resume().state.status()).isEqualTo(ExecutionStatus.FAILED);
    }

    @Test
    void pause_and_resume_say_who_did_it_and_a_second_time_changes_nothing() {
        Play play = sleeper().start().pause().pause().resume().resume();
        assertThat(play.all(Fact.Paused.class)).containsExactly(new Fact.Paused("pam"));
        assertThat(play.all(Fact.Resumed.class)).containsExactly(new Fact.Resumed("rob"));
        assertThat(play.refusal()).isNull();
    }
}
