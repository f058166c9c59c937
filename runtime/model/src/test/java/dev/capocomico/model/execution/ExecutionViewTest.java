package dev.capocomico.model.execution;

import static dev.capocomico.model.execution.Play.workflow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.definition.EventWait;
import dev.capocomico.model.definition.OnFailure;
import dev.capocomico.model.definition.SagaStrategy;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.TaskView.ElementCounts;
import dev.capocomico.model.execution.TaskView.UndoCounts;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What those see who look on. */
class ExecutionViewTest {
    private static ExecutionView look(Play play) {
        return ExecutionView.of(play.rules.plan(), play.state, attempt -> true);
    }

    private static TaskView look(Play play, String task) {
        return look(play).tasks().get(play.index(task));
    }

    private static TaskStatus status(Play play, String task) {
        return look(play, task).status();
    }

    private static Play twoInARow() {
        return Play.of(workflow().task("a", task -> task.agent("worker")).task("b", task -> task.agent("worker")
                .dependsOn("a")));
    }

    @Test
    void before_the_start_everything_is_pending() {
        assertThat(look(twoInARow()).tasks()).extracting(TaskView::status).containsOnly(TaskStatus.PENDING);
        assertThat(look(twoInARow()).phase()).isNull();
    }

    @Test
    void an_attempt_without_an_agent_is_queued_and_one_with_it_runs() {
        Play play = twoInARow().start();
        assertThat(status(play, "a")).isEqualTo(TaskStatus.RUNNING);
        assertThat(look(play, "a").attempt()).isEqualTo(1);
        ExecutionView nobody = ExecutionView.of(play.rules.plan(), play.state, attempt -> false);
        assertThat(nobody.tasks().getFirst().status()).isEqualTo(TaskStatus.QUEUED);
        assertThat(status(play, "b")).isEqualTo(TaskStatus.PENDING);
    }

    @Test
    void what_may_not_start_yet_for_want_of_a_slot_is_queued() {
        Play play = Play.of(workflow().task("a", task -> task.agent("worker")).task("b", task -> task.agent("worker")))
                .start("{'n': 0}", Play.maxAgents(1));
        assertThat(status(play, "b")).isEqualTo(TaskStatus.QUEUED);
    }

    @Test
    void between_two_attempts_a_task_waits_and_says_when_the_next_is_due() {
        Play play = twoInARow().start().fails("a");
        TaskView view = look(play, "a");
        assertThat(view.status()).isEqualTo(TaskStatus.WAITING);
        assertThat(view.attempt()).isEqualTo(1);
        assertThat(view.nextAttemptAtMillis()).isEqualTo(play.now + play.wakesIn());
        assertThat(look(play.wake(), "a").attempt()).isEqualTo(2);
    }

    @Test
    void the_phase_is_the_earliest_level_that_is_not_over_with_what_runs_in_it() {
        Play play = twoInARow().start();
        assertThat(look(play).phase()).isEqualTo(new ExecutionView.Phase(0, List.of("a")));
        assertThat(look(play.succeeds("a")).phase()).isEqualTo(new ExecutionView.Phase(1, List.of("b")));
        assertThat(look(play.succeeds("b")).phase()).isNull();
        assertThat(look(play).status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void waits_say_what_they_wait_for() {
        Play play = Play.of(workflow()
                        .task("signal", task -> task.waitFor("go", Duration.ofMinutes(1)))
                        .task("sleep", task -> task.sleep(Duration.ofMinutes(2)))
                        .task("event", task -> task.agent("worker")
                                .onEvent(new EventWait("paid", null, Duration.ofMinutes(3))))
                        .task("child", task -> task.child("billing")))
                .start();
        assertThat(look(play).tasks()).extracting(TaskView::status).containsOnly(TaskStatus.WAITING);
        assertThat(look(play, "signal").waitsFor()).isEqualTo(new Waiting.ForSignal("signal", "go", play.now + 60_000));
        assertThat(look(play, "sleep").waitsFor()).isEqualTo(new Waiting.ForTime("sleep", play.now + 120_000));
        assertThat(look(play, "event").waitsFor()).isEqualTo(new Waiting.ForEvent("event", "paid", play.now + 180_000));
        assertThat(look(play, "child").waitsFor())
                .isEqualTo(new Waiting.ForChild("child", play.child("child").childId()));
    }

    @Test
    void a_fan_out_counts_its_elements() {
        Play play = Play.of(workflow().task("f", task -> task.agent("worker")
                        .forEach(List.of(1, 2, 3, 4, 5), 3)
                        .onFailure(OnFailure.CONTINUE)))
                .start()
                .succeeds("f[0]")
                .fails("f[1]")
                .failsForGood("f[2]");
        assertThat(look(play, "f").elements()).isEqualTo(new ElementCounts(5, 1, 2, 1, 1));
        assertThat(status(play, "f")).isEqualTo(TaskStatus.RUNNING);
        assertThat(look(play, "f").nextAttemptAtMillis()).isGreaterThan(play.now);
        play.succeeds("f[3]").succeeds("f[4]");
        assertThat(status(play, "f")).isEqualTo(TaskStatus.WAITING);
        play.wake().succeeds("f[1]");
        assertThat(look(play, "f").elements()).isEqualTo(new ElementCounts(5, 4, 0, 0, 1));
        assertThat(status(play, "f")).isEqualTo(TaskStatus.FAILED);
        assertThat(look(play, "f").failure()).isNotNull();
    }

    @Test
    void tasks_are_skipped_time_out_and_are_cancelled() {
        Play play = Play.of(workflow()
                        .task("skipped", task -> task.agent("worker").when("${input.n == 1}"))
                        .task("late", task -> task.waitFor("never", Duration.ofSeconds(1))
                                .onFailure(OnFailure.CONTINUE))
                        .task("unwanted", task -> task.waitFor("never").onFailure(OnFailure.CONTINUE))
                        .task("open", task -> task.waitFor("never"))
                        .task("next", task -> task.agent("worker").dependsOn("open")))
                .start("{'n': 0}")
                .after(Duration.ofSeconds(1))
                .cancelTask("unwanted");
        assertThat(status(play, "skipped")).isEqualTo(TaskStatus.SKIPPED);
        assertThat(status(play, "late")).isEqualTo(TaskStatus.TIMEOUT);
        assertThat(status(play, "unwanted")).isEqualTo(TaskStatus.CANCELLED);
        play.cancel();
        assertThat(look(play).status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(status(play, "open"))
                .as("it waited when the execution ended")
                .isEqualTo(TaskStatus.CANCELLED);
        assertThat(status(play, "next")).as("it never began").isEqualTo(TaskStatus.PENDING);
    }

    private static Workflow saga() {
        return workflow()
                .saga(SagaStrategy.BACKWARD)
                .task("a", task -> task.agent("worker").compensate("worker", "undo"))
                .task("b", task -> task.agent("worker").dependsOn("a").compensate("worker", "undo"))
                .task("c", task -> task.agent("worker").dependsOn("b"));
    }

    @Test
    void compensation_is_seen_going_backwards() {
        Play play = Play.of(saga()).start().succeeds("a").succeeds("b").failsForGood("c");
        assertThat(look(play).status()).isEqualTo(ExecutionStatus.COMPENSATING);
        assertThat(status(play, "c")).isEqualTo(TaskStatus.FAILED);
        assertThat(status(play, "b")).isEqualTo(TaskStatus.COMPENSATING);
        assertThat(look(play, "b").undoing()).isEqualTo(new UndoCounts(1, 0, 1, 0));
        assertThat(status(play, "a")).as("its turn has not come").isEqualTo(TaskStatus.COMPLETED);
        assertThat(look(play, "a").undoing()).isEqualTo(new UndoCounts(1, 0, 0, 0));

        play.fails("undo b");
        assertThat(status(play, "b")).isEqualTo(TaskStatus.COMPENSATING);
        assertThat(look(play, "b").nextAttemptAtMillis()).isEqualTo(play.now + play.wakesIn());
        play.wake().succeeds("undo b");
        assertThat(status(play, "b")).isEqualTo(TaskStatus.COMPENSATED);
        play.failsForGood("undo a");
        assertThat(status(play, "a")).isEqualTo(TaskStatus.COMPENSATION_FAILED);
        assertThat(look(play).status()).isEqualTo(ExecutionStatus.FAILED);
    }

    @Test
    void what_waits_for_an_attempt_that_never_comes_is_cancelled() {
        Play play = Play.of(workflow()
                        .task("slow", task -> task.agent("worker"))
                        .task("shaky", task -> task.agent("worker"))
                        .task("fatal", task -> task.agent("worker").onFailure(OnFailure.FAIL)))
                .start()
                .fails("shaky")
                .failsForGood("fatal");
        assertThat(status(play, "slow")).isEqualTo(TaskStatus.RUNNING);
        assertThat(status(play, "shaky")).isEqualTo(TaskStatus.CANCELLED);
        assertThat(look(play, "shaky").nextAttemptAtMillis()).isNull();
    }

    /** The names of the statuses are promised: one that can never be seen would be a promise that is not kept. */
    @Test
    void every_status_can_be_seen() {
        Set<TaskStatus> seen = EnumSet.noneOf(TaskStatus.class);
        Play play = Play.of(saga().task("s", task -> task.waitFor("go"))
                        .task("t", task -> task.waitFor("late", Duration.ofMillis(1))
                                .onFailure(OnFailure.CONTINUE))
                        .task("n", task -> task.agent("worker").when("${input.n == 1}")))
                .start("{'n': 0}", Play.maxAgents(1));
        collect(play, seen);
        ExecutionView.of(play.rules.plan(), play.state, attempt -> false)
                .tasks()
                .forEach(task -> seen.add(task.status()));
        play.after(Duration.ofMillis(1)).succeeds("a").succeeds("b").failsForGood("c");
        collect(play, seen);
        collect(play.succeeds("undo b"), seen);
        collect(play.failsForGood("undo a"), seen);
        assertThat(seen).containsExactlyInAnyOrder(TaskStatus.values());
    }

    private static void collect(Play play, Set<TaskStatus> seen) {
        look(play).tasks().forEach(task -> seen.add(task.status()));
    }

    @Test
    void a_compensated_fan_out_says_how_much_of_it_is_undone() {
        Play play = Play.of(workflow()
                        .saga(SagaStrategy.BACKWARD)
                        .task("f", task -> task.agent("worker")
                                .forEach(List.of(1, 2))
                                .compensate("worker", "undo", Map.of("was", "${output}")))
                        .task("z", task -> task.agent("worker").dependsOn("f")))
                .start()
                .succeeds("f[0]")
                .succeeds("f[1]")
                .failsForGood("z")
                .succeeds("undo f[1]");
        assertThat(look(play, "f").undoing()).isEqualTo(new UndoCounts(2, 1, 1, 0));
        assertThat(look(play, "f").elements()).isEqualTo(new ElementCounts(2, 2, 0, 0, 0));
    }
}
