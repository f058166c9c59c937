package dev.capocomico.model.execution;

import static dev.capocomico.model.execution.Play.json;
import static dev.capocomico.model.execution.Play.workflow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.capocomico.model.definition.OnFailure;
import dev.capocomico.model.definition.Priority;
import dev.capocomico.model.definition.SagaStrategy;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.retry.RetryPolicy;
import dev.capocomico.model.retry.RetryStrategy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Attempts: what they are given, how they are retried, and what becomes of those that are lost. */
class AttemptRulesTest {
    private static final RetryPolicy TWICE = new RetryPolicy(
            RetryStrategy.FIXED, 2, Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 0, List.of(), List.of("NEVER"));

    private static Workflow single() {
        return workflow().task("a", task -> task.agent("worker"));
    }

    @Test
    void a_task_runs_when_all_it_depends_on_are_done() {
        Play play = Play.of(workflow()
                        .task("a", task -> task.agent("worker"))
                        .task("b", task -> task.agent("worker"))
                        .task("c", task -> task.agent("worker").dependsOn("a", "b")))
                .start();
        assertThat(play.running()).containsExactly("a", "b");
        assertThat(play.succeeds("b").running()).containsExactly("a");
        assertThat(play.succeeds("a").running()).containsExactly("c");
        play.succeeds("c", "7");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(play.state.output()).isEqualTo(json("{'c': 7}"));
    }

    @Test
    void three_tasks_in_a_row_cost_four_steps() {
        Play play = Play.of(workflow()
                        .task("a", task -> task.agent("worker"))
                        .task("b", task -> task.agent("worker").dependsOn("a"))
                        .task("c", task -> task.agent("worker").dependsOn("b")))
                .start()
                .succeeds("a")
                .succeeds("b")
                .succeeds("c");
        assertThat(play.laws.journal()).hasSize(4);
    }

    @Test
    void an_attempt_gets_its_input_its_action_and_its_priority() {
        Play play = Play.of(workflow()
                        .priority(Priority.LOW)
                        .task("a", task -> task.agent("worker").input(Map.of("n", "${input.n}")))
                        .task("b", task -> task.agent("worker").action("do").priority(Priority.HIGH)))
                .start("{'n': 3}");
        assertThat(play.run("a").input()).isEqualTo(json("{'n': 3}"));
        assertThat(play.run("a").action()).isEqualTo("a");
        assertThat(play.run("a").priority()).isEqualTo(Priority.LOW);
        assertThat(play.run("b").action()).isEqualTo("do");
        assertThat(play.run("b").priority()).isEqualTo(Priority.HIGH);
    }

    @Test
    void of_what_is_ready_together_the_higher_priority_gets_the_slot() {
        StartOptions oneAtATime = new StartOptions(null, null, null, 1, null, Map.of());
        Play play = Play.of(workflow()
                        .task("background", task -> task.agent("worker").priority(Priority.BACKGROUND))
                        .task("usual", task -> task.agent("worker"))
                        .task("low", task -> task.agent("worker")
                                .priority(Priority.LOW)
                                .forEach("${input}"))
                        .task("critical", task -> task.agent("worker").priority(Priority.CRITICAL))
                        .task("usual too", task -> task.agent("worker").priority(Priority.NORMAL))
                        .task("high", task -> task.agent("worker")
                                .priority(Priority.HIGH)
                                .dependsOn("critical")))
                .start("[1, 2]", oneAtATime);
        for (String next : List.of("critical", "high", "usual", "usual too", "low[0]", "low[1]", "background")) {
            assertThat(play.running()).containsExactly(next);
            play.succeeds(next);
        }
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void what_one_step_dispatches_is_dispatched_by_priority() {
        Play play = Play.of(workflow()
                        .task("a", task -> task.agent("worker").priority(Priority.BACKGROUND))
                        .task("b", task -> task.agent("worker").priority(Priority.CRITICAL)))
                .start();
        assertThat(play.all(Fact.Dispatched.class))
                .extracting(Fact.Dispatched::target)
                .containsExactly(new Target.Element(1, 0), new Target.Element(0, 0));
    }

    @Test
    void a_failed_attempt_is_made_again_after_its_delay() {
        Play play = Play.of(single()).start().fails("a");
        assertThat(play.running()).isEmpty();
        assertThat(play.wakesIn()).isEqualTo(1_000);
        assertThat(play.after(Duration.ofMillis(999)).running()).isEmpty();
        assertThat(play.after(Duration.ofMillis(1)).running()).containsExactly("a");
        assertThat(play.run("a").number()).isEqualTo(2);
    }

    @Test
    void the_default_policy_is_standard() {
        Play play = Play.of(single()).start();
        for (long delay : new long[] {1_000, 2_000, 4_000}) {
            play.fails("a");
            assertThat(play.wakesIn()).isEqualTo(delay);
            play.wake();
        }
        assertThat(play.fails("a").state.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(play.all(Fact.Dispatched.class)).hasSize(4);
    }

    @Test
    void the_option_at_execution_replaces_the_default_policy_only() {
        StartOptions options = new StartOptions(null, RetryPolicy.NONE, null, null, null, Map.of());
        Play play = Play.of(workflow()
                        .task("a", task -> task.agent("worker").onFailure(OnFailure.CONTINUE))
                        .task("b", task -> task.agent("worker").retry(TWICE)))
                .start("{}", options)
                .fails("a");
        assertThat(play.task("a")).isEqualTo(TaskStatus.FAILED);
        play.fails("b").wake();
        assertThat(play.running()).containsExactly("b");
    }

    @Test
    void what_is_not_retryable_or_excluded_by_its_code_is_final() {
        assertThat(Play.of(single()).start().failsForGood("a").state.status()).isEqualTo(ExecutionStatus.FAILED);
        Play play = Play.of(workflow().task("a", task -> task.agent("worker").retry(TWICE)))
                .start();
        play.report(play.failed("a", "NEVER", true));
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(play.ending().code()).isEqualTo("NEVER");
    }

    @Test
    void in_a_fan_out_each_element_retries_by_itself() {
        Play play = Play.of(workflow().task("a", task -> task.agent("worker")
                        .forEach("${input}")
                        .retry(TWICE)))
                .start("[1, 2]");
        play.fails("a[0]").wake().fails("a[0]").wake().fails("a[1]").wake();
        assertThat(play.running()).containsExactly("a[0]", "a[1]");
        assertThat(play.run("a[0]").number()).isEqualTo(3);
        assertThat(play.run("a[1]").number()).isEqualTo(2);
    }

    @Test
    void retries_of_one_report_do_not_all_begin_at_one_moment() {
        RetryPolicy jittered = new RetryPolicy(
                RetryStrategy.FIXED, 3, Duration.ofSeconds(10), Duration.ofSeconds(20), 1, 0.5, List.of(), List.of());
        Play play = Play.of(workflow().task("a", task -> task.agent("worker")
                        .forEach("${input}")
                        .retry(jittered)))
                .start("[1, 2, 3]");
        play.report(play.failed("a[0]", "X", true), play.failed("a[1]", "X", true), play.failed("a[2]", "X", true));
        assertThat(play.all(Fact.AttemptFailed.class).stream()
                        .map(Fact.AttemptFailed::nextAtMillis)
                        .distinct())
                .hasSize(3);
    }

    @Test
    void a_retry_without_delay_begins_in_the_same_step() {
        RetryPolicy atOnce =
                new RetryPolicy(RetryStrategy.FIXED, 1, Duration.ZERO, Duration.ZERO, 1, 0, List.of(), List.of());
        Play play = Play.of(workflow().task("a", task -> task.agent("worker").retry(atOnce)))
                .start()
                .fails("a");
        assertThat(play.running()).containsExactly("a");
        assertThat(play.run("a").number()).isEqualTo(2);
    }

    @Test
    void a_lost_attempt_is_tried_again_without_using_up_retries_at_most_five_times() {
        Play play = Play.of(workflow().task("a", task -> task.agent("worker").retry(TWICE)))
                .start();
        for (int loss = 1; loss <= 5; loss++) {
            play.loses("a");
            assertThat(play.running()).containsExactly("a");
        }
        play.fails("a").wake().fails("a").wake();
        assertThat(play.running()).containsExactly("a");
        play.loses("a");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(play.ending().code()).isEqualTo(FailureCode.ATTEMPT_LOST);
    }

    @Test
    void each_attempt_says_how_often_its_target_was_lost_before() {
        Play play = Play.of(single()).start();
        assertThat(play.run("a").losses()).isZero();
        assertThat(play.loses("a").run("a").losses()).isEqualTo(1);
        assertThat(play.loses("a").run("a").losses()).isEqualTo(2);
        assertThat(play.fails("a").wake().run("a").losses()).isEqualTo(2);
    }

    @Test
    void one_that_was_lost_before_and_had_not_begun_is_dispatched_again_and_the_loss_does_not_count() {
        Play play = Play.of(single()).start().loses("a");
        for (int i = 0; i < 10; i++) {
            play.losesItsPlace("a");
            assertThat(play.run("a").losses()).isEqualTo(1);
            assertThat(play.run("a").number()).isEqualTo(2);
        }
        for (int loss = 2; loss <= 5; loss++) {
            play.begins("a").loses("a");
            assertThat(play.running()).containsExactly("a");
        }
        play.losesItsPlace("a").begins("a").loses("a");
        assertThat(play.ending().code()).isEqualTo(FailureCode.ATTEMPT_LOST);
        assertThat(play.ending().message()).contains("6 times");
        assertThat(play.all(Fact.AttemptBegan.class)).hasSize(5);
    }

    @Test
    void that_one_begins_which_was_lost_before_is_written_and_then_it_may_go_on() {
        Play play = Play.of(single()).start().loses("a");
        assertThat(play.run("a").begun()).isFalse();
        play.begins("a");
        assertThat(play.facts()).containsExactly(new Fact.AttemptBegan(new Target.Element(0, 0)));
        assertThat(play.decision().effects()).containsExactly(play.run("a"));
        assertThat(play.run("a").begun()).isTrue();
        // Told twice it is not written twice; what is owed says it again to who has not heard.
        assertThat(play.begins("a").decision().step()).isNull();
        play.succeeds("a", "1");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void that_one_begins_which_was_never_lost_is_not_written() {
        Play play = Play.of(single()).start().begins("a");
        assertThat(play.decision().step()).isNull();
    }

    @Test
    void what_a_node_hands_back_when_it_stops_is_made_again_and_counts_neither_as_loss_nor_as_retry() {
        Play play = Play.of(workflow()
                        .task("a", task -> task.agent("worker").retry("none"))
                        .task("b", task -> task.agent("worker").retry("none")))
                .start();
        String key = play.run("a").idempotencyKey();
        for (int stop = 0; stop < 10; stop++) {
            long fence = play.key("a").fence();
            play.handsBack(
                    new ExecutionCommand.Outcome(play.key("a"), new AttemptResult.HandedBack(true)),
                    new ExecutionCommand.Outcome(play.key("b"), new AttemptResult.HandedBack(false)));
            assertThat(play.running()).isEmpty();
            assertThat(Execution.isParked(play.rules, play.state)).isFalse();
            assertThat(Execution.waitingFor(play.rules, play.state))
                    .containsExactlyInAnyOrder(new Waiting.ForNode("a"), new Waiting.ForNode("b"));
            // The next node looks after it.
            play.tick();
            assertThat(play.running()).containsExactly("a", "b");
            assertThat(play.run("a").idempotencyKey()).isEqualTo(key);
            assertThat(play.key("a").fence()).isGreaterThan(fence);
            assertThat(play.run("a").losses()).isZero();
        }
        assertThat(play.run("a").number()).as("an agent had it eleven times").isEqualTo(11);
        assertThat(play.run("b").number()).as("no agent had it before").isEqualTo(1);
        play.succeeds("a").succeeds("b");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void outcomes_that_come_with_what_is_handed_back_count_and_what_they_lead_to_starts_on_the_next_node() {
        Play play = Play.of(workflow()
                        .task("a", task -> task.agent("worker"))
                        .task("f", task -> task.agent("worker").forEach("${input}"))
                        .task("b", task -> task.agent("worker").dependsOn("a")))
                .start("[1, 2]");
        play.handsBack(
                play.succeeded("a", "1"),
                play.succeeded("f[1]", "2"),
                new ExecutionCommand.Outcome(play.key("f[0]"), new AttemptResult.HandedBack(false)));
        assertThat(play.running()).isEmpty();
        assertThat(play.tick().running()).containsExactlyInAnyOrder("f[0]", "b");
        play.succeeds("b").succeeds("f[0]");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void what_is_handed_back_while_paused_waits_for_resume_and_leaves_memory_meanwhile() {
        Play play = Play.of(single()).start().pause().handsBack(true, "a");
        assertThat(Execution.isParked(play.rules, play.state)).isTrue();
        assertThat(play.tick().running()).isEmpty();
        assertThat(play.resume().running()).containsExactly("a");
    }

    @Test
    void what_is_handed_back_and_would_not_be_made_again_is_undone_if_an_agent_had_begun() {
        Play play = Play.of(workflow()
                        .saga(SagaStrategy.BACKWARD)
                        .task("a", task -> task.agent("worker").compensate("worker", "undo"))
                        .task("b", task -> task.agent("worker").retry("none")))
                .start()
                .failsForGood("b")
                .handsBack(true, "a");
        assertThat(play.all(Fact.GaveUp.class).getLast().failure().code()).isEqualTo(FailureCode.ATTEMPT_LOST);
        assertThat(play.running()).isEmpty();
        assertThat(play.tick().running()).containsExactly("undo a");
        assertThat(play.handsBack(false, "undo a").tick().running()).containsExactly("undo a");
        play.succeeds("undo a");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.FAILED);
    }

    @Test
    void what_an_attempt_used_is_recorded_with_its_end_however_it_ends() {
        Play play = Play.of(workflow()
                        .task("a", task -> task.agent("worker").repeat("${output.n >= 2}", 5, Duration.ZERO))
                        .task("b", task -> task.agent("worker").dependsOn("a")))
                .start();
        play.fails("a")
                .wake()
                .succeeds("a", "{'n': 1}")
                .succeeds("a", "{'n': 2}")
                .failsForGood("b");
        assertThat(play.all(Fact.AttemptFailed.class).getFirst().usage()).isEqualTo(Play.USED);
        assertThat(play.all(Fact.IterationEnded.class).getFirst().usage()).isEqualTo(Play.USED);
        assertThat(play.all(Fact.Succeeded.class).getFirst().usage()).isEqualTo(Play.USED);
        assertThat(play.all(Fact.GaveUp.class).getFirst().usage()).isEqualTo(Play.USED);
    }

    @Test
    void an_output_that_is_too_large_fails_the_task_for_good() {
        Play play = Play.of(workflow().task("a", task -> task.agent("worker").retry(TWICE)))
                .start()
                .succeeds("a", "'" + "x".repeat(ValueLimits.BYTES_MAX - 1) + "'");
        assertThat(play.ending().code()).isEqualTo(FailureCode.OUTPUT_TOO_LARGE);
        assertThat(play.ending().message()).contains("the output is larger than 8 MiB as JSON");
        Play fits = Play.of(single()).start().succeeds("a", "'" + "x".repeat(ValueLimits.BYTES_MAX - 2) + "'");
        assertThat(fits.state.status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void an_input_that_is_too_large_fails_the_task_for_good() {
        String half = "x".repeat(ValueLimits.BYTES_MAX / 2);
        Play play = Play.of(workflow().task("a", task -> task.agent("worker")).task("b", task -> task.agent("worker")
                        .dependsOn("a")
                        .input(Map.of("one", "${tasks.a.output}", "two", "${tasks.a.output}"))))
                .start()
                .succeeds("a", "'" + half + "'");
        assertThat(play.ending().code()).isEqualTo(FailureCode.INPUT_TOO_LARGE);
        assertThat(play.ending().message()).contains("the input is larger than 8 MiB as JSON");
        assertThat(play.all(Fact.Dispatched.class)).hasSize(1);
    }

    @Test
    void the_idempotency_key_is_the_same_for_every_attempt_and_the_fence_never() {
        Play play = Play.of(single()).start();
        String key = play.run("a").idempotencyKey();
        long fence = play.key("a").fence();
        assertThat(key).isEqualTo("x/a/0/1/0");
        assertThat(play.fails("a").wake().run("a").idempotencyKey()).isEqualTo(key);
        assertThat(play.key("a").fence()).isGreaterThan(fence);
        assertThat(play.loses("a").run("a").idempotencyKey()).isEqualTo(key);
    }

    @Test
    void a_late_result_of_an_old_attempt_changes_nothing() {
        Play play = Play.of(single()).start();
        var late = play.succeeded("a", "1");
        AttemptKey old = play.key("a");
        play.loses("a").report(late);
        assertThat(play.decision().stale()).containsExactly(old);
        assertThat(play.decision().step()).isNull();
        assertThat(play.running()).containsExactly("a");
    }

    @Test
    void a_result_that_is_reported_twice_counts_once() {
        Play play = Play.of(single()).start();
        var outcome = play.succeeded("a", "1");
        play.report(outcome, outcome);
        assertThat(play.all(Fact.Succeeded.class)).hasSize(1);
        assertThat(play.decision().stale()).containsExactly(outcome.key());
        assertThat(play.report(outcome).decision().stale()).containsExactly(outcome.key());
    }

    @Test
    void a_result_that_does_not_fit_the_output_schema_fails_the_attempt_and_is_retried() {
        Play play = Play.of(workflow().task("a", task -> task.agent("worker").outputSchema(Map.of("needs", "n"))))
                .start()
                .succeeds("a", "{'m': 1}");
        assertThat(play.all(Fact.AttemptFailed.class).getFirst().failure().code())
                .isEqualTo(FailureCode.OUTPUT_MISFIT);
        play.wake().succeeds("a", "{'n': 1}");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void a_repeat_goes_on_until_its_condition_holds_and_hands_on_its_output_and_iteration() {
        Play play = Play.of(workflow().task("a", task -> task.agent("worker")
                        .input(Map.of("last", "${output}", "n", "${iteration}"))
                        .repeat("${output.n >= 2}", 5, Duration.ofSeconds(2))))
                .start();
        assertThat(play.run("a").input()).isEqualTo(json("{'last': null, 'n': 1}"));
        play.succeeds("a", "{'n': 1}");
        assertThat(play.running()).isEmpty();
        assertThat(play.wakesIn()).isEqualTo(2_000);
        play.wake();
        assertThat(play.run("a").input()).isEqualTo(json("{'last': {'n': 1}, 'n': 2}"));
        assertThat(play.run("a").idempotencyKey()).isEqualTo("x/a/0/2/0");
        play.succeeds("a", "{'n': 2}");
        assertThat(play.state.output()).isEqualTo(json("{'a': {'n': 2}}"));
    }

    @Test
    void in_a_repeat_each_iteration_starts_afresh() {
        Play play = Play.of(workflow().task("a", task -> task.agent("worker")
                        .retry(TWICE)
                        .repeat("${output.n >= 9}", 9, Duration.ZERO)))
                .start();
        play.fails("a").wake().fails("a").wake().loses("a").loses("a").succeeds("a", "{'n': 1}");
        assertThat(play.run("a").losses()).isZero();
        play.fails("a").wake().fails("a").wake();
        assertThat(play.running()).containsExactly("a");
        assertThat(play.run("a").number()).isEqualTo(8);
        assertThat(play.fails("a").state.status()).isEqualTo(ExecutionStatus.FAILED);
    }

    @Test
    void a_repeat_that_reaches_its_max_fails() {
        Play play = Play.of(
                        workflow().task("a", task -> task.agent("worker").repeat("${output.n >= 9}", 2, Duration.ZERO)))
                .start()
                .succeeds("a", "{'n': 1}")
                .succeeds("a", "{'n': 2}");
        assertThat(play.ending().code()).isEqualTo(FailureCode.REPEAT_EXHAUSTED);
    }

    @Test
    void a_repeat_condition_without_a_value_fails_the_task_for_good() {
        Play play = Play.of(
                        workflow().task("a", task -> task.agent("worker").repeat("${output.n >= 9}", 2, Duration.ZERO)))
                .start()
                .succeeds("a", "{}");
        assertThat(play.ending().code()).isEqualTo(FailureCode.EXPRESSION_ERROR);
        Play odd = Play.of(workflow().task("a", task -> task.agent("worker").repeat("${output}", 2, Duration.ZERO)))
                .start()
                .succeeds("a", "7");
        assertThat(odd.ending().message()).contains("until must come to true or false, but came to 7");
    }

    @Test
    void retry_state_survives_a_crash() {
        Play play = Play.of(single()).start().fails("a").wake().loses("a").fails("a");
        ExecutionState rebuilt = ExecutionState.NEW;
        for (Step step : play.laws.journal()) {
            rebuilt = Execution.evolve(play.rules, rebuilt, step);
        }
        assertThat(Execution.wakeAtMillis(rebuilt)).isEqualTo(Execution.wakeAtMillis(play.state));
        assertThat((double) Execution.wakeAtMillis(rebuilt) - play.now).isEqualTo(2_000, within(1.0));
    }

    @Test
    void time_never_runs_backwards() {
        Play play = Play.of(single()).start();
        play.now -= 500;
        play.fails("a");
        assertThat(play.state.atMillis()).isEqualTo(1_000);
        assertThat(Execution.wakeAtMillis(play.state)).isEqualTo(2_000);
    }
}
