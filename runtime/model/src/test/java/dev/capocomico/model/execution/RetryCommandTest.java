package dev.capocomico.model.execution;

import static dev.capocomico.model.execution.Play.json;
import static dev.capocomico.model.execution.Play.workflow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.definition.EventWait;
import dev.capocomico.model.definition.OnFailure;
import dev.capocomico.model.definition.SagaStrategy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** {@code retry}: what runs again, what stays, and under which keys. */
class RetryCommandTest {
    @Test
    void failed_tasks_run_again_and_what_stayed_completed_stays() {
        Play play = Play.of(workflow()
                        .task("a", task -> task.agent("worker"))
                        .task("b", task -> task.agent("worker").dependsOn("a"))
                        .task("c", task -> task.agent("worker").dependsOn("b")))
                .start()
                .succeeds("a")
                .failsForGood("b")
                .retry();
        assertThat(play.running()).containsExactly("b");
        assertThat(play.run("b").idempotencyKey()).isEqualTo("x/b/0/1/0");
        play.succeeds("b").succeeds("c");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(play.dispatched()).containsExactly("a", "b", "b", "c");
    }

    @Test
    void a_retry_with_a_key_counts_once_also_after_the_execution_has_failed_again() {
        Play play = Play.of(workflow().task("a", task -> task.agent("worker")))
                .start()
                .failsForGood("a")
                .once("r-1", new ExecutionCommand.Retry(9, false, "ray"));
        assertThat(play.running()).containsExactly("a");
        play.once("r-1", new ExecutionCommand.Retry(9, false, "ray"));
        assertThat(play.decision().refusal()).isNull();
        assertThat(play.facts()).isEmpty();
        play.failsForGood("a").once("r-1", new ExecutionCommand.Retry(9, false, "ray"));
        assertThat(play.decision().refusal()).isNull();
        assertThat(play.facts()).isEmpty();
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.FAILED);
        play.once("r-2", new ExecutionCommand.Retry(9, false, "ray"));
        assertThat(play.running()).containsExactly("a");
        assertThat(play.all(Fact.Retried.class)).hasSize(2);
    }

    @Test
    void a_command_that_was_refused_does_not_use_up_its_key() {
        Play play = Play.of(workflow().task("a", task -> task.agent("worker"))).start();
        play.once("r-1", new ExecutionCommand.Retry(9, false, "ray"));
        assertThat(play.decision().refusal()).isNotNull();
        play.failsForGood("a").once("r-1", new ExecutionCommand.Retry(9, false, "ray"));
        assertThat(play.running()).containsExactly("a");
    }

    @Test
    void compensated_tasks_run_again_in_order_and_with_new_keys() {
        Play play = Play.of(workflow()
                        .saga(SagaStrategy.BACKWARD)
                        .task("a", task -> task.agent("worker").compensate("worker", "undo"))
                        .task("b", task -> task.agent("worker").dependsOn("a").compensate("worker", "undo"))
                        .task("c", task -> task.agent("worker").dependsOn("b")))
                .start()
                .succeeds("a")
                .succeeds("b")
                .failsForGood("c")
                .succeeds("undo b")
                .succeeds("undo a")
                .retry();
        assertThat(play.running()).containsExactly("a");
        assertThat(play.run("a").idempotencyKey()).isEqualTo("x/a/0/1/1");
        assertThat(play.succeeds("a").run("b").idempotencyKey()).isEqualTo("x/b/0/1/1");
        play.succeeds("b").failsForGood("c");
        assertThat(play.run("undo b").idempotencyKey()).isEqualTo("x/b/0/0/1/undo");
        play.succeeds("undo b").succeeds("undo a").retry();
        assertThat(play.run("a").idempotencyKey()).isEqualTo("x/a/0/1/2");
    }

    @Test
    void after_a_partial_compensation_it_is_refused_unless_forced() {
        Play play = Play.of(workflow()
                        .saga(SagaStrategy.BACKWARD)
                        .task("a", task -> task.agent("worker").compensate("worker", "undo"))
                        .task("b", task -> task.agent("worker").dependsOn("a").compensate("worker", "undo"))
                        .task("c", task -> task.agent("worker").dependsOn("b").compensate("worker", "undo"))
                        .task("d", task -> task.agent("worker").dependsOn("c")))
                .start()
                .succeeds("a")
                .succeeds("b")
                .succeeds("c")
                .failsForGood("d")
                .succeeds("undo c")
                .failsForGood("undo b")
                .failsForGood("undo a");
        assertThat(play.retry().refusal()).isEqualTo(Refusal.Code.WRONG_STATE);
        assertThat(play.forceRetry().refusal()).isNull();
        assertThat(play.running()).containsExactly("c");
        play.succeeds("c").failsForGood("d");
        play.succeeds("undo c").succeeds("undo b").succeeds("undo a");
        assertThat(play.dispatched()).endsWith("undo c", "undo b", "undo a");
    }

    @Test
    void a_task_that_ended_unknown_and_then_succeeded_is_undone_once() {
        Play play = Play.of(workflow()
                        .task("a", task -> task.agent("worker")
                                .retry("none")
                                .onFailure(OnFailure.FAIL)
                                .compensate("worker", "undo", "${output}"))
                        .task("b", task -> task.agent("worker").dependsOn("a").onFailure(OnFailure.COMPENSATE)))
                .start();
        play.report(play.failed("a", FailureCode.TIMEOUT, true)).retry();
        play.succeeds("a", "5").failsForGood("b");
        assertThat(play.run("undo a").input()).isEqualTo(json("5"));
        assertThat(play.succeeds("undo a").state.status()).isEqualTo(ExecutionStatus.FAILED);
    }

    @Test
    void of_a_fan_out_only_what_is_not_done_runs_again() {
        Play play = Play.of(workflow().task("a", task -> task.agent("worker").forEach("${input}")))
                .start("[1, 2, 3, 4]")
                .succeeds("a[0]", "1")
                .succeeds("a[2]", "3")
                .failsForGood("a[1]")
                .failsForGood("a[3]")
                .retry();
        assertThat(play.running()).containsExactly("a[1]", "a[3]");
        play.succeeds("a[1]", "2").succeeds("a[3]", "4");
        assertThat(play.state.output()).isEqualTo(json("{'a': [1, 2, 3, 4]}"));
    }

    @Test
    void of_a_fan_out_that_was_undone_every_element_gets_a_new_key() {
        Play play = Play.of(workflow()
                        .saga(SagaStrategy.PARALLEL)
                        .task("a", task -> task.agent("worker").compensate("worker", "undo"))
                        .task("b", task -> task.agent("worker")
                                .dependsOn("a")
                                .forEach("${input}")
                                .compensate("worker", "undo"))
                        .task("c", task -> task.agent("worker").dependsOn("b")))
                .start("[1, 2]")
                .succeeds("a")
                .succeeds("b[0]")
                .succeeds("b[1]")
                .failsForGood("c")
                .succeeds("undo a")
                .succeeds("undo b[0]")
                .succeeds("undo b[1]")
                .retry()
                .succeeds("a");
        assertThat(play.run("b[0]").idempotencyKey()).isEqualTo("x/b/0/1/1");
        assertThat(play.run("b[1]").idempotencyKey()).isEqualTo("x/b/1/1/1");
    }

    @Test
    void a_fan_out_of_which_something_is_done_keeps_its_items_while_what_it_depends_on_runs_anew() {
        Play play = Play.of(workflow()
                        .saga(SagaStrategy.BACKWARD)
                        .task("a", task -> task.agent("worker").compensate("worker", "undo"))
                        .task("b", task -> task.agent("worker")
                                .dependsOn("a")
                                .forEach("${tasks.a.output}")
                                .input("${item}")))
                .start()
                .succeeds("a", "[1, 2, 3]")
                .succeeds("b[0]", "'done'")
                .failsForGood("b[1]")
                .failsForGood("b[2]")
                .succeeds("undo a")
                .retry();
        assertThat(play.running()).containsExactly("a");
        play.succeeds("a", "[8, 9]");
        assertThat(play.running()).containsExactly("b[1]", "b[2]");
        assertThat(play.run("b[2]").input()).isEqualTo(json("3"));
    }

    @Test
    void a_fan_out_of_which_something_ended_unknown_keeps_its_items_so_that_the_right_thing_is_undone() {
        Play play = Play.of(workflow()
                        .saga(SagaStrategy.BACKWARD)
                        .task("a", task -> task.agent("worker"))
                        .task("b", task -> task.agent("worker")
                                .forEach("${input}")
                                .retry("none")
                                .onFailure(OnFailure.FAIL)
                                .compensate("worker", "undo", "${item}"))
                        .task("c", task -> task.agent("worker")))
                .start("[7, 8]");
        play.report(play.failed("b[1]", FailureCode.TIMEOUT, true), play.failed("b[0]", "REFUSED", false));
        play.succeeds("a").succeeds("c").retry();
        assertThat(play.running()).containsExactly("b[0]", "b[1]");
        play.cancel().failsForGood("b[0]").failsForGood("b[1]");
        assertThat(play.run("undo b[1]").input()).isEqualTo(json("8"));
        play.succeeds("undo b[1]").retry();
        assertThat(play.run("b[1]").idempotencyKey()).isEqualTo("x/b/1/1/1");
    }

    @Test
    void a_cancelled_fan_out_whose_elements_all_got_done_is_done_after_a_retry() {
        Play play = Play.of(workflow()
                        .task("a", task -> task.agent("worker").forEach("${input}"))
                        .task("b", task -> task.agent("worker").dependsOn("a")))
                .start("[1]")
                .cancelTask("a")
                .succeeds("a[0]");
        assertThat(play.task("a")).isEqualTo(TaskStatus.CANCELLED);
        assertThat(play.retry().running()).containsExactly("b");
    }

    @Test
    void a_task_that_was_passed_over_with_continue_runs_again_and_its_done_dependents_do_not() {
        Play play = Play.of(workflow()
                        .task("a", task -> task.agent("worker").onFailure(OnFailure.CONTINUE))
                        .task("b", task -> task.agent("worker").dependsOn("a"))
                        .task("c", task -> task.agent("worker").dependsOn("b")))
                .start()
                .failsForGood("a")
                .succeeds("b")
                .failsForGood("c")
                .retry();
        assertThat(play.running()).containsExactlyInAnyOrder("a", "c");
        play.succeeds("a").succeeds("c");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void a_cancelled_execution_goes_on_where_it_was() {
        Play play = Play.of(workflow()
                        .task("a", task -> task.agent("worker"))
                        .task("w", task -> task.waitFor("go"))
                        .task("e", task -> task.agent("worker").onEvent(new EventWait("t", null, null)))
                        .task("s", task -> task.sleep(Duration.ofMinutes(1))))
                .start()
                .signal("go", "1")
                .cancel()
                .succeeds("a");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.CANCELLED);
        play.retry();
        assertThat(play.running()).isEmpty();
        play.offer("e", "1", "{}").succeeds("e").after(Duration.ofMinutes(1));
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void a_task_whose_event_was_taken_waits_for_it_again() {
        Play play = Play.of(workflow().task("e", task -> task.agent("worker").onEvent(new EventWait("t", null, null))))
                .start()
                .offer("e", "1", "{}")
                .failsForGood("e")
                .retry();
        assertThat(play.decision().effects()).containsExactly(new Effect.Listen(0, "t", 1_000, null));
        assertThat(play.offer("e", "1", "{}").running()).containsExactly("e");
    }

    @Test
    void the_execution_gets_its_whole_time_again() {
        Play play = Play.of(workflow().timeout(Duration.ofHours(1)).task("w", task -> task.waitFor("go")))
                .start()
                .after(Duration.ofHours(1));
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.TIMED_OUT);
        play.later(Duration.ofHours(5)).retry();
        assertThat(play.wakesIn()).isEqualTo(Duration.ofHours(1).toMillis());
    }

    @Test
    void a_failed_child_is_another_execution_the_next_time() {
        Play play = Play.of(workflow().task("a", task -> task.child("other"))).start();
        assertThat(play.child("a").childId()).isEqualTo("x:a:0:1:0");
        play.failsForGood("a").retry();
        assertThat(play.child("a").childId()).isEqualTo("x:a:0:1:1");
    }

    @Test
    void a_child_whose_task_waited_for_its_next_try_is_another_execution_after_a_retry() {
        Play play = Play.of(workflow()
                        .task("a", task -> task.child("other").retry("standard"))
                        .task("b", task -> task.agent("worker").retry("none")))
                .start()
                .fails("a")
                .failsForGood("b");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.FAILED);
        play.retry();
        assertThat(play.child("a").childId()).isEqualTo("x:a:0:1:1");
        play.succeeds("a").succeeds("b");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void a_child_between_two_iterations_and_one_of_a_fan_out_are_other_executions_after_a_retry() {
        Play play = Play.of(workflow()
                        .task("a", task -> task.child("other").repeat("${output == 5}", 3, Duration.ofHours(1)))
                        .task(
                                "f",
                                task -> task.child("other").forEach("${input}").retry("standard"))
                        .task("b", task -> task.agent("worker").retry("none")))
                .start("[1, 2]")
                .succeeds("a", "1")
                .fails("f[0]")
                .succeeds("f[1]")
                .failsForGood("b")
                .retry();
        assertThat(play.child("a").childId()).isEqualTo("x:a:0:1:1");
        assertThat(play.child("f[0]").childId()).isEqualTo("x:f:0:1:1");
        assertThat(play.running()).doesNotContain("f[1]");
    }

    @Test
    void what_completed_cannot_be_retried() {
        Play play = Play.of(workflow().task("a", task -> task.agent("worker")))
                .start()
                .succeeds("a")
                .retry();
        assertThat(play.refusal()).isEqualTo(Refusal.Code.WRONG_STATE);
    }
}
