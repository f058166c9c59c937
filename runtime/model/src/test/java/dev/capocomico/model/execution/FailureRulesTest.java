package dev.capocomico.model.execution;

import static dev.capocomico.model.execution.Play.json;
import static dev.capocomico.model.execution.Play.workflow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.definition.OnFailure;
import dev.capocomico.model.definition.Saga;
import dev.capocomico.model.definition.SagaStrategy;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Skips, expressions without a value, and tasks that have failed for good. */
class FailureRulesTest {
    private static Play two(OnFailure onFailure) {
        return Play.of(workflow()
                .task("a", task -> task.agent("worker").onFailure(onFailure))
                .task("c", task -> task.agent("worker").compensate("worker", "undo"))
                .task("b", task -> task.agent("worker")
                        .dependsOn("a")
                        .input(Map.of("of", "${tasks.a.output}", "status", "${tasks.a.status}"))));
    }

    @Test
    void a_skipped_task_counts_as_done_with_a_null_output() {
        Play play = Play.of(workflow()
                        .task("a", task -> task.agent("worker").when("${input.n == 1}"))
                        .task("b", task -> task.agent("worker")
                                .dependsOn("a")
                                .input(Map.of("of", "${tasks.a.output}", "status", "${tasks.a.status}"))))
                .start("{'n': 2}");
        assertThat(play.task("a")).isEqualTo(TaskStatus.SKIPPED);
        assertThat(play.run("b").input()).isEqualTo(json("{'of': null, 'status': 'skipped'}"));
    }

    @Test
    void an_expression_that_fails_on_a_null_fails_that_dependent_for_good() {
        Play play = Play.of(workflow()
                        .task("a", task -> task.agent("worker").when("${input.n == 1}"))
                        .task("b", task -> task.agent("worker").dependsOn("a").input("${tasks.a.output.x}")))
                .start("{'n': 2}");
        assertThat(play.ending().code()).isEqualTo(FailureCode.EXPRESSION_ERROR);
        assertThat(play.ending().task()).isEqualTo(play.index("b"));
        assertThat(play.dispatched()).isEmpty();
    }

    @Test
    void a_condition_that_is_not_true_or_false_fails_the_task() {
        Play play = Play.of(workflow().task("a", task -> task.agent("worker").when("${input}")))
                .start("{}");
        assertThat(play.ending().message()).isEqualTo("when must come to true or false, but came to {}");
    }

    @Test
    void an_output_without_a_value_fails_the_execution() {
        Play play = Play.of(workflow().output("${tasks.a.output.x}").task("a", task -> task.agent("worker")))
                .start()
                .succeeds("a", "{}");
        assertThat(play.ending().kind()).isEqualTo(Ending.Kind.FAILED);
        assertThat(play.ending().code()).isEqualTo(FailureCode.EXPRESSION_ERROR);
    }

    @Test
    void the_output_is_what_the_definition_says() {
        Play play = Play.of(workflow()
                        .output(Map.of("n", "${tasks.a.output.n}", "id", "${execution.id}"))
                        .task("a", task -> task.agent("worker")))
                .start()
                .succeeds("a", "{'n': 4}");
        assertThat(play.state.output()).isEqualTo(json("{'n': 4, 'id': 'x'}"));
    }

    @Test
    void after_continue_dependents_run_its_output_is_null_and_its_status_failed() {
        Play play = two(OnFailure.CONTINUE).start().failsForGood("a");
        assertThat(play.run("b").input()).isEqualTo(json("{'of': null, 'status': 'failed'}"));
        play.succeeds("b").succeeds("c");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void after_fail_no_new_attempt_starts_running_ones_may_end_and_nothing_is_compensated() {
        Play play = two(OnFailure.FAIL).start().failsForGood("a");
        assertThat(play.running()).containsExactly("c");
        assertThat(play.stops("c")).isFalse();
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.EXECUTING);
        play.succeeds("c");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(play.task("c")).isEqualTo(TaskStatus.COMPLETED);
        assertThat(play.dispatched()).containsExactly("a", "c");
    }

    @Test
    void after_fail_a_running_attempt_that_fails_is_not_tried_again() {
        Play play = two(OnFailure.FAIL).start().failsForGood("a").fails("c");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(play.ending().task()).isEqualTo(play.index("a"));
    }

    @Test
    void what_runs_while_the_execution_fails_is_told_to_stop_at_its_deadline() {
        Play play = two(OnFailure.FAIL).start().failsForGood("a").after(Duration.ofHours(24));
        assertThat(play.owesStop("c")).isTrue();
        play.after(Duration.ofSeconds(30));
        assertThat(play.ending().kind()).isEqualTo(Ending.Kind.FAILED);
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.FAILED);
    }

    @Test
    void an_iteration_that_ends_while_the_execution_fails_leaves_its_task_undone() {
        Play play = Play.of(workflow().task("a", task -> task.agent("worker")).task("r", task -> task.agent("worker")
                        .repeat("${output.n >= 2}", 5, Duration.ZERO)))
                .start()
                .failsForGood("a")
                .succeeds("r", "{'n': 1}");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(play.retry().running()).containsExactly("a", "r");
        assertThat(play.run("r").idempotencyKey()).isEqualTo("x/r/0/1/0");
    }

    @Test
    void after_compensate_what_runs_may_end_and_then_it_is_undone() {
        Play play = two(OnFailure.COMPENSATE).start().failsForGood("a").succeeds("c");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.COMPENSATING);
        assertThat(play.running()).containsExactly("undo c");
        assertThat(play.succeeds("undo c").state.status()).isEqualTo(ExecutionStatus.FAILED);
    }

    @Test
    void with_the_saga_on_compensate_is_the_default() {
        Play play = Play.of(workflow()
                        .saga(SagaStrategy.BACKWARD)
                        .task("a", task -> task.agent("worker").compensate("worker", "undo"))
                        .task("b", task -> task.agent("worker").dependsOn("a")))
                .start()
                .succeeds("a")
                .failsForGood("b");
        assertThat(play.running()).containsExactly("undo a");
    }

    @Test
    void with_rollback_on_failure_off_only_an_explicit_compensate_does_so() {
        Saga saga = new Saga(true, false, SagaStrategy.BACKWARD);
        for (String culprit : new String[] {"b", "c"}) {
            Play play = Play.of(workflow()
                            .saga(saga)
                            .task("a", task -> task.agent("worker").compensate("worker", "undo"))
                            .task("b", task -> task.agent("worker").dependsOn("a"))
                            .task(
                                    "c",
                                    task -> task.agent("worker").dependsOn("a").onFailure(OnFailure.COMPENSATE)))
                    .start()
                    .succeeds("a")
                    .failsForGood(culprit)
                    .succeeds(culprit.equals("b") ? "c" : "b");
            assertThat(play.all(Fact.CompensationBegan.class)).hasSize(culprit.equals("b") ? 0 : 1);
        }
    }

    @Test
    void with_rollback_on_failure_off_an_output_without_a_value_undoes_nothing_either() {
        for (boolean rollback : new boolean[] {true, false}) {
            Play play = Play.of(workflow()
                            .saga(new Saga(true, rollback, SagaStrategy.BACKWARD))
                            .output("${nothing}")
                            .task("a", task -> task.agent("worker").compensate("worker", "undo")))
                    .start()
                    .succeeds("a");
            assertThat(play.running()).hasSize(rollback ? 1 : 0);
        }
    }

    @Test
    void the_first_failure_decides_how_the_execution_ends() {
        Play play = Play.of(workflow()
                        .task("a", task -> task.agent("worker").onFailure(OnFailure.COMPENSATE))
                        .task("b", task -> task.agent("worker").onFailure(OnFailure.FAIL))
                        .task("c", task -> task.agent("worker").compensate("worker", "undo")))
                .start()
                .succeeds("c")
                .failsForGood("b")
                .failsForGood("a");
        assertThat(play.ending().task()).isEqualTo(play.index("b"));
        assertThat(play.all(Fact.CompensationBegan.class)).isEmpty();
    }

    @Test
    void a_success_that_comes_with_the_failure_counts() {
        Play play = two(OnFailure.FAIL).start();
        play.report(play.failed("a", "REFUSED", false), play.succeeded("c", "1"));
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(play.task("c")).isEqualTo(TaskStatus.COMPLETED);
    }
}
