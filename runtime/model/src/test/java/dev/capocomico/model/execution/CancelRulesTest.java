package dev.capocomico.model.execution;

import static dev.capocomico.model.execution.Play.workflow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.definition.Budget;
import dev.capocomico.model.definition.EventWait;
import dev.capocomico.model.definition.OnFailure;
import dev.capocomico.model.definition.Priority;
import dev.capocomico.model.definition.SagaStrategy;
import dev.capocomico.model.definition.Workflow;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Cancelling an execution, or one task of it; child executions. */
class CancelRulesTest {
    private static Play two() {
        return Play.of(workflow().task("a", task -> task.agent("worker")).task("b", task -> task.agent("worker")
                .dependsOn("a")));
    }

    @Test
    void cancel_tells_running_agents_waits_a_grace_then_goes_on() {
        Play play = two().start().cancel();
        assertThat(play.stops("a")).isTrue();
        assertThat(play.owesStop("a")).as("after a crash they are told again").isTrue();
        assertThat(play.wakesIn()).isEqualTo(30_000);
        assertThat(play.after(Duration.ofSeconds(29)).state.status()).isEqualTo(ExecutionStatus.EXECUTING);
        play.after(Duration.ofSeconds(1));
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(play.task("a")).isEqualTo(TaskStatus.CANCELLED);
        assertThat(play.ending().message()).isEqualTo("enough");
    }

    @Test
    void what_ends_within_the_grace_is_recorded_as_it_ended() {
        Play play = two().start().cancel().succeeds("a");
        assertThat(play.task("a")).isEqualTo(TaskStatus.COMPLETED);
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(play.dispatched()).containsExactly("a");
    }

    @Test
    void what_did_not_end_within_the_grace_is_undone_because_nobody_knows_what_it_did() {
        Play play = Play.of(workflow().saga(SagaStrategy.BACKWARD).task("a", task -> task.agent("worker")
                        .compensate("worker", "undo")))
                .start()
                .cancel()
                .after(Duration.ofSeconds(30));
        assertThat(play.running()).containsExactly("undo a");
    }

    @Test
    void cancel_leaves_who_did_it_and_is_idempotent() {
        Play play = two().start().cancel().cancel();
        assertThat(play.all(Fact.EndingBegan.class)).hasSize(1);
        assertThat(play.all(Fact.EndingBegan.class).getFirst().by()).isEqualTo("cat");
        assertThat(play.refusal()).isNull();
    }

    @Test
    void cancel_of_a_paused_execution_resumes_it() {
        Play play = two().start().pause().succeeds("a").cancel();
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(play.dispatched()).containsExactly("a");
    }

    @Test
    void cancel_of_an_execution_that_fails_already_hurries_it_and_it_still_fails() {
        Play play = Play.of(workflow().task("a", task -> task.agent("worker")).task("b", task -> task.agent("worker")))
                .start()
                .failsForGood("a")
                .cancel();
        assertThat(play.stops("b")).isTrue();
        assertThat(play.after(Duration.ofSeconds(30)).state.status()).isEqualTo(ExecutionStatus.FAILED);
    }

    @Test
    void a_cancelled_task_is_told_to_stop_and_fails_when_its_grace_is_over() {
        Play play = two().start().cancelTask("a");
        assertThat(play.stops("a")).isTrue();
        assertThat(play.owesStop("a")).isTrue();
        play.after(Duration.ofSeconds(30));
        assertThat(play.task("a")).isEqualTo(TaskStatus.CANCELLED);
        assertThat(play.ending().code()).isEqualTo(FailureCode.CANCELLED);
        assertThat(play.all(Fact.TaskCancelled.class).getFirst().by()).isEqualTo("tim");
    }

    @Test
    void a_cancelled_task_is_not_tried_again() {
        Play play = two().start().cancelTask("a").fails("a");
        assertThat(play.task("a")).isEqualTo(TaskStatus.CANCELLED);
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.FAILED);
        Play lost = two().start().cancelTask("a").loses("a");
        assertThat(lost.state.status()).isEqualTo(ExecutionStatus.FAILED);
        Play resting = two().start().fails("a").cancelTask("a");
        assertThat(resting.state.status()).isEqualTo(ExecutionStatus.FAILED);
    }

    @Test
    void a_cancelled_task_that_succeeds_all_the_same_has_succeeded() {
        Play play = two().start().cancelTask("a").succeeds("a");
        assertThat(play.running()).containsExactly("b");
    }

    @Test
    void a_task_may_be_cancelled_before_its_turn_and_its_dependents_go_on_with_continue() {
        Play play = Play.of(workflow()
                        .task("a", task -> task.agent("worker"))
                        .task("b", task -> task.agent("worker").dependsOn("a").onFailure(OnFailure.CONTINUE))
                        .task("c", task -> task.agent("worker").dependsOn("b")))
                .start()
                .cancelTask("b");
        assertThat(play.running()).containsExactly("a", "c");
        assertThat(play.succeeds("a").running()).containsExactly("c");
    }

    @Test
    void cancelling_a_fan_out_stops_all_its_elements() {
        Play play = Play.of(workflow().task("a", task -> task.agent("worker")
                        .forEach("${input}", 2)
                        .onFailure(OnFailure.CONTINUE)))
                .start("[1, 2, 3, 4]")
                .fails("a[0]")
                .cancelTask("a");
        assertThat(play.running()).containsExactly("a[1]", "a[2]");
        assertThat(play.stops("a[1]") && play.stops("a[2]")).isTrue();
        assertThat(play.cancelTask("a").decision().step()).isNull();
        play.succeeds("a[1]").after(Duration.ofSeconds(30));
        assertThat(play.task("a")).isEqualTo(TaskStatus.CANCELLED);
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void a_wait_a_sleep_and_a_wait_for_an_event_can_be_cancelled() {
        Play play = Play.of(workflow()
                        .task("w", task -> task.waitFor("go").onFailure(OnFailure.CONTINUE))
                        .task("s", task -> task.sleep(Duration.ofDays(1)).onFailure(OnFailure.CONTINUE))
                        .task("e", task -> task.agent("worker")
                                .onEvent(new EventWait("t", null, null))
                                .onFailure(OnFailure.CONTINUE)))
                .start()
                .cancelTask("w")
                .cancelTask("s")
                .cancelTask("e");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void a_task_that_is_over_or_unknown_cannot_be_cancelled() {
        Play play = two().start().succeeds("a").cancelTask("a");
        assertThat(play.refusal()).isEqualTo(Refusal.Code.WRONG_STATE);
        assertThat(play.cancelTask("zz").refusal()).isEqualTo(Refusal.Code.UNKNOWN_NAME);
    }

    private static Play parent() {
        return Play.of(workflow()
                .task(
                        "kid",
                        task -> task.child("billing", "2").input("${input}").retry("standard"))
                .task("a", task -> task.agent("worker")));
    }

    @Test
    void a_child_gets_an_id_derived_from_parent_task_and_generation() {
        Play play = parent().start("{'n': 1}");
        Effect.RunChild run = play.child("kid");
        assertThat(run.childId()).isEqualTo("x:kid:0:1:0");
        assertThat(run.workflow()).isEqualTo("billing");
        assertThat(run.version()).isEqualTo("2");
        assertThat(run.input()).isEqualTo(Play.json("{'n': 1}"));
    }

    @Test
    void a_child_that_was_lost_sight_of_is_the_same_and_one_that_failed_is_followed_by_another() {
        Play play = parent().start().loses("kid");
        assertThat(play.child("kid").childId()).isEqualTo("x:kid:0:1:0");
        assertThat(play.fails("kid").wake().child("kid").childId()).isEqualTo("x:kid:0:1:0:1");
    }

    @Test
    void a_childs_failure_is_the_tasks_and_is_not_retried_unless_the_task_says_so() {
        Play play = Play.of(workflow().task("kid", task -> task.child("billing")))
                .start()
                .fails("kid");
        assertThat(play.ending().code()).isEqualTo("BROKEN");
    }

    @Test
    void a_child_is_begun_with_what_its_task_and_its_parent_say() {
        StartOptions ofParent =
                new StartOptions(Duration.ofHours(9), null, Priority.HIGH, 7, null, Map.of("team", "sales"));
        Play play = Play.of(workflow().task("kid", task -> task.child("billing").timeout(Duration.ofHours(1))))
                .start("{}", ofParent);
        assertThat(play.child("kid").options())
                .isEqualTo(new StartOptions(
                        Duration.ofHours(1),
                        null,
                        Priority.HIGH,
                        null,
                        new StartOptions.Parent("x", new Target.Element(0, 0), 4),
                        Map.of("team", "sales")));
    }

    @Test
    void children_are_nested_no_deeper_than_the_budget_of_the_first_one_allows() {
        for (int most = 1; most <= 7; most++) {
            Integer budget = most == 5 ? null : most; // which is the default
            Workflow kid = workflow().task("kid", task -> task.child("billing"));
            Play play = Play.of(budget == null ? kid : kid.budget(new Budget(null, null, null, budget)))
                    .start();
            for (int depth = 1; depth <= most; depth++) {
                StartOptions options = play.child("kid").options();
                play = Play.of(workflow().task("kid", task -> task.child("billing")))
                        .start("{}", options);
            }
            assertThat(play.ending().code()).isEqualTo("DEPTH_EXCEEDED");
        }
    }

    @Test
    void a_childs_own_budget_can_make_the_depth_less_and_not_more() {
        for (int own : new int[] {1, 50}) {
            StartOptions ofParent = new StartOptions(
                    null, null, null, null, new StartOptions.Parent("p", new Target.Element(0, 0), 3), Map.of());
            Play play = Play.of(workflow()
                            .task("kid", task -> task.child("billing"))
                            .budget(new Budget(null, null, null, own)))
                    .start("{}", ofParent);
            StartOptions.Parent parent = play.child("kid").options().parent();
            assertThat(parent).isNotNull();
            assertThat(parent.depthLeft()).isEqualTo(Math.min(own, 3) - 1);
        }
    }

    @Test
    void the_id_of_a_child_deep_down_is_bounded_and_still_its_own() {
        String task = "t".repeat(120);
        Play play = Play.of(workflow().task(task, kid -> kid.child("billing"))).startAs("p".repeat(150));
        String child = play.child(task).childId();
        assertThat(child).hasSizeLessThanOrEqualTo(200).startsWith("p".repeat(150) + ":t");
        ExecutionKey.requireId(child);
        assertThat(play.fails(task).retry().child(task).childId())
                .isNotEqualTo(child)
                .hasSizeLessThanOrEqualTo(200);
    }

    @Test
    void a_child_is_cancelled_with_its_parent_and_the_parent_ends_after_it() {
        Play play = parent().start().cancel();
        assertThat(play.stops("kid")).isTrue();
        play.after(Duration.ofSeconds(30)).after(Duration.ofDays(2));
        assertThat(play.running()).containsExactly("kid");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.EXECUTING);
        assertThat(Execution.waitingFor(play.rules, play.state))
                .containsExactly(new Waiting.ForChild("kid", "x:kid:0:1:0"));
        assertThat(play.failsForGood("kid").state.status()).isEqualTo(ExecutionStatus.CANCELLED);
    }

    @Test
    void a_child_is_told_to_stop_when_its_parent_fails_also_after_a_crash() {
        Play play = parent().start().failsForGood("a");
        assertThat(play.stops("kid")).isTrue();
        assertThat(play.owesStop("kid")).isTrue();
    }

    @Test
    void a_cancelled_task_waits_for_its_child() {
        Play play = parent().start().cancelTask("kid").after(Duration.ofHours(1));
        assertThat(play.owesStop("kid")).isTrue();
        assertThat(play.failsForGood("kid").task("kid")).isEqualTo(TaskStatus.CANCELLED);
    }

    @Test
    void a_parent_that_asks_for_its_child_again_may_mean_a_newer_version() {
        StartOptions ofParent = new StartOptions(
                null, null, null, null, new StartOptions.Parent("p", new Target.Element(0, 0), 4), Map.of());
        Play play = two().start("{}", ofParent);
        Rules newer = Play.of(workflow().version("2").task("z", task -> task.agent("worker"))).rules;
        var again = new ExecutionCommand.Start(play.now, "x", Play.json("{}"), ofParent, null);
        assertThat(Execution.decide(newer, play.state, again).refusal()).isNull();
    }
}
