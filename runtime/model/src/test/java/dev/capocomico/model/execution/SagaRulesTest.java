package dev.capocomico.model.execution;

import static dev.capocomico.model.execution.Play.json;
import static dev.capocomico.model.execution.Play.workflow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.definition.OnFailure;
import dev.capocomico.model.definition.SagaStrategy;
import dev.capocomico.model.definition.Workflow;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is undone, in which order, and what becomes of it when that fails. */
class SagaRulesTest {
    /** a, b and c in a row, each with a compensation, then d without. */
    private static Workflow chain(SagaStrategy strategy) {
        return workflow()
                .saga(strategy)
                .task("a", task -> task.agent("worker").compensate("worker", "undo", Map.of("was", "${output}")))
                .task("b", task -> task.agent("worker").dependsOn("a").compensate("worker", "undo"))
                .task("c", task -> task.agent("worker").dependsOn("b").compensate("worker", "undo"))
                .task("d", task -> task.agent("worker").dependsOn("c"));
    }

    private static Play failedAfterThree(SagaStrategy strategy) {
        return Play.of(chain(strategy))
                .start()
                .succeeds("a", "7")
                .succeeds("b")
                .succeeds("c")
                .failsForGood("d");
    }

    @Test
    void backward_undoes_the_newest_first_one_after_the_other() {
        Play play = failedAfterThree(SagaStrategy.BACKWARD);
        assertThat(play.running()).containsExactly("undo c");
        assertThat(play.succeeds("undo c").running()).containsExactly("undo b");
        assertThat(play.succeeds("undo b").running()).containsExactly("undo a");
        assertThat(play.run("undo a").input()).isEqualTo(json("{'was': 7}"));
        assertThat(play.succeeds("undo a").state.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(play.ending().task()).isEqualTo(play.index("d"));
    }

    @Test
    void forward_undoes_the_oldest_first() {
        Play play = failedAfterThree(SagaStrategy.FORWARD);
        play.succeeds("undo a").succeeds("undo b").succeeds("undo c");
        assertThat(play.dispatched()).endsWith("undo a", "undo b", "undo c");
    }

    @Test
    void parallel_undoes_all_at_once_within_max_agents() {
        Play play = failedAfterThree(SagaStrategy.PARALLEL);
        assertThat(play.running()).hasSize(3);
        Play few = Play.of(chain(SagaStrategy.PARALLEL))
                .start("{}", Play.maxAgents(2))
                .succeeds("a")
                .succeeds("b")
                .succeeds("c")
                .failsForGood("d");
        assertThat(few.running()).hasSize(2);
        few.succeeds(few.running().getFirst());
        assertThat(few.running()).hasSize(2);
    }

    @Test
    void the_order_is_that_of_completion_not_of_the_definition() {
        Play play = Play.of(workflow()
                        .saga(SagaStrategy.BACKWARD)
                        .task("a", task -> task.agent("worker").compensate("worker", "undo"))
                        .task("b", task -> task.agent("worker").compensate("worker", "undo"))
                        .task("c", task -> task.agent("worker").dependsOn("a", "b")))
                .start()
                .succeeds("b")
                .succeeds("a")
                .failsForGood("c");
        play.succeeds("undo a").succeeds("undo b");
        assertThat(play.dispatched()).endsWith("undo a", "undo b");
    }

    @Test
    void each_completed_element_of_a_fan_out_is_undone_even_inside_a_failed_task() {
        Play play = Play.of(workflow().saga(SagaStrategy.FORWARD).task("a", task -> task.agent("worker")
                        .forEach("${input}")
                        .compensate("worker", "undo", Map.of("it", "${item}", "at", "${index}", "o", "${output}"))))
                .start("[5, 6, 7]")
                .succeeds("a[2]", "1")
                .failsForGood("a[1]")
                .succeeds("a[0]", "2");
        assertThat(play.run("undo a[2]").input()).isEqualTo(json("{'it': 7, 'at': 2, 'o': 1}"));
        play.succeeds("undo a[2]").succeeds("undo a[0]");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(play.dispatched()).endsWith("undo a[2]", "undo a[0]");
    }

    @Test
    void a_task_that_timed_out_for_good_is_undone_with_a_null_output() {
        Play play = Play.of(workflow().saga(SagaStrategy.BACKWARD).task("a", task -> task.agent("worker")
                        .retry("none")
                        .compensate("worker", "undo", Map.of("was", "${output}"))))
                .start();
        play.report(play.failed("a", FailureCode.TIMEOUT, true));
        assertThat(play.task("a")).isEqualTo(TaskStatus.TIMEOUT);
        assertThat(play.run("undo a").input()).isEqualTo(json("{'was': null}"));
    }

    @Test
    void a_task_that_was_lost_for_good_is_undone_with_a_null_output() {
        Play play = Play.of(workflow().saga(SagaStrategy.BACKWARD).task("a", task -> task.agent("worker")
                        .compensate("worker", "undo")))
                .start();
        for (int loss = 0; loss < 6; loss++) {
            play.loses("a");
        }
        assertThat(play.running()).containsExactly("undo a");
    }

    @Test
    void a_task_whose_retry_never_came_is_undone_if_nobody_knows_what_its_last_attempt_did() {
        Workflow workflow = workflow()
                .saga(SagaStrategy.FORWARD)
                .task("known", task -> task.agent("worker").compensate("worker", "undo"))
                .task("timed", task -> task.agent("worker").compensate("worker", "undo"))
                .task("culprit", task -> task.agent("worker"));
        Play play = Play.of(workflow).start();
        play.fails("known").report(play.failed("timed", FailureCode.TIMEOUT, true));
        play.failsForGood("culprit");
        assertThat(play.running()).containsExactly("undo timed");
        play.succeeds("undo timed");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.FAILED);
    }

    @Test
    void a_task_that_failed_or_names_no_compensation_is_not_undone() {
        Play play = Play.of(workflow()
                        .saga(SagaStrategy.BACKWARD)
                        .task("a", task -> task.agent("worker"))
                        .task("b", task -> task.agent("worker").dependsOn("a").compensate("worker", "undo")))
                .start()
                .succeeds("a")
                .failsForGood("b");
        assertThat(play.all(Fact.CompensationBegan.class)).isEmpty();
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.FAILED);
    }

    @Test
    void waits_and_sleeps_that_name_a_compensation_are_undone_too() {
        Play play = Play.of(workflow()
                        .saga(SagaStrategy.FORWARD)
                        .task("w", task -> task.waitFor("go").compensate("worker", "undo"))
                        .task("s", task -> task.sleep(Duration.ofSeconds(1)).compensate("worker", "undo"))
                        .task("c", task -> task.agent("worker").dependsOn("w", "s")))
                .start()
                .signal("go", "1")
                .after(Duration.ofSeconds(1))
                .failsForGood("c")
                .succeeds("undo w")
                .succeeds("undo s");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.FAILED);
    }

    @Test
    void an_executions_timeout_compensates_too() {
        Play play = Play.of(chain(SagaStrategy.BACKWARD).timeout(Duration.ofHours(1)))
                .start()
                .succeeds("a")
                .after(Duration.ofHours(1));
        assertThat(play.owesStop("b")).isTrue();
        play.failsForGood("b");
        assertThat(play.running()).containsExactly("undo a");
        assertThat(play.succeeds("undo a").state.status()).isEqualTo(ExecutionStatus.TIMED_OUT);
    }

    @Test
    void cancel_compensates_too() {
        Play play = Play.of(chain(SagaStrategy.BACKWARD))
                .start()
                .succeeds("a")
                .cancel()
                .succeeds("b");
        assertThat(play.succeeds("undo b").running()).containsExactly("undo a");
        assertThat(play.succeeds("undo a").state.status()).isEqualTo(ExecutionStatus.CANCELLED);
    }

    @Test
    void cancel_compensates_nothing_where_the_saga_is_off() {
        Play play = Play.of(workflow()
                        .task("a", task -> task.agent("worker").compensate("worker", "undo"))
                        .task("b", task -> task.agent("worker").dependsOn("a")))
                .start()
                .succeeds("a")
                .cancel()
                .succeeds("b");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.CANCELLED);
    }

    @Test
    void a_compensation_is_retried_by_the_standard_policy_and_keeps_its_place_in_the_order() {
        Play play = failedAfterThree(SagaStrategy.BACKWARD).fails("undo c");
        assertThat(play.running()).isEmpty();
        assertThat(play.wakesIn()).isEqualTo(1_000);
        assertThat(play.wake().running()).containsExactly("undo c");
        assertThat(play.run("undo c").number()).isEqualTo(2);
        assertThat(play.loses("undo c").running()).containsExactly("undo c");
    }

    @Test
    void a_compensation_has_an_idempotency_key_of_its_own_the_same_for_every_attempt() {
        Play play = failedAfterThree(SagaStrategy.BACKWARD);
        String key = play.run("undo c").idempotencyKey();
        assertThat(key).isEqualTo("x/c/0/0/0/undo");
        assertThat(play.loses("undo c").run("undo c").idempotencyKey()).isEqualTo(key);
    }

    @Test
    void after_a_compensation_that_failed_for_good_the_others_go_on() {
        Play play = failedAfterThree(SagaStrategy.BACKWARD).failsForGood("undo c");
        play.succeeds("undo b").succeeds("undo a");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.FAILED);
    }

    @Test
    void a_compensation_whose_input_has_no_value_fails_and_the_others_go_on() {
        Play play = Play.of(workflow()
                        .saga(SagaStrategy.BACKWARD)
                        .task("a", task -> task.agent("worker").compensate("worker", "undo"))
                        .task(
                                "b",
                                task -> task.agent("worker").dependsOn("a").compensate("worker", "undo", "${output.x}"))
                        .task("c", task -> task.agent("worker").dependsOn("b")))
                .start()
                .succeeds("a")
                .succeeds("b")
                .failsForGood("c");
        assertThat(play.running()).containsExactly("undo a");
        play.succeeds("undo a").retry();
        assertThat(play.refusal()).isEqualTo(Refusal.Code.WRONG_STATE);
    }

    @Test
    void a_compensation_has_a_deadline_after_which_what_is_left_is_not_undone() {
        Play play = failedAfterThree(SagaStrategy.BACKWARD).succeeds("undo c");
        AttemptKey running = play.key("undo b");
        play.after(Duration.ofMinutes(10));
        assertThat(play.decision().effects()).contains(new Effect.Stop(running));
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(play.retry().refusal()).isEqualTo(Refusal.Code.WRONG_STATE);
    }

    @Test
    void a_crash_in_the_middle_of_a_compensation_goes_on() {
        Play play = failedAfterThree(SagaStrategy.BACKWARD).succeeds("undo c");
        play.laws.rebuilt(play.state);
        assertThat(Execution.owed(play.rules, play.state)).hasSize(1);
    }

    @Test
    void an_explicit_compensate_needs_no_saga_settings() {
        Play play = Play.of(workflow()
                        .task("a", task -> task.agent("worker").compensate("worker", "undo"))
                        .task("b", task -> task.agent("worker").dependsOn("a").onFailure(OnFailure.COMPENSATE)))
                .start()
                .succeeds("a")
                .failsForGood("b");
        assertThat(play.running()).containsExactly("undo a");
    }
}
