package dev.capocomico.model.execution;

import static dev.capocomico.model.execution.Play.workflow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.definition.SagaStrategy;
import dev.capocomico.model.history.Chronicle;
import dev.capocomico.model.history.HistoryEntry;
import dev.capocomico.model.history.HistoryEvent;
import dev.capocomico.model.history.TaskTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** How what has happened is told. */
class ChronicleTest {
    private static List<HistoryEntry> tell(Play play) {
        return tell(play, new Chronicle(play.rules.plan()));
    }

    private static List<HistoryEntry> tell(Play play, Chronicle chronicle) {
        List<HistoryEntry> entries = new ArrayList<>();
        play.laws.journal().forEach(step -> entries.addAll(chronicle.add(step)));
        assertThat(chronicle.state()).isEqualTo(play.state);
        return entries;
    }

    private static List<String> sentences(Play play) {
        return tell(play).stream().map(HistoryEntry::sentence).toList();
    }

    @Test
    void a_saga_is_told_from_its_start_to_its_end() {
        Play play = Play.of(workflow()
                        .saga(SagaStrategy.BACKWARD)
                        .task("reserve", task -> task.agent("worker").compensate("worker", "release"))
                        .task("ship", task -> task.agent("worker").dependsOn("reserve")))
                .start()
                .later(Duration.ofMillis(150))
                .fails("reserve")
                .wake()
                .succeeds("reserve")
                .failsForGood("ship")
                .succeeds("undo reserve");
        assertThat(sentences(play))
                .containsExactly(
                        "execution started by ann",
                        "reserve: attempt 1 started",
                        "reserve: attempt 1 failed, again in 1.0s: because (BROKEN)",
                        "reserve: the delay is over",
                        "reserve: attempt 2 started",
                        "reserve: completed in 0ms after 2 attempts",
                        "ship: attempt 1 started",
                        "ship: failed for good: because (REFUSED)",
                        "execution will not complete, because of ship: because (REFUSED)",
                        "compensation started: what completed is undone",
                        "reserve: undoing it with release",
                        "reserve: undone in 0ms",
                        "execution failed in 1.1s, because of ship: because (REFUSED)");
    }

    @Test
    void entries_say_who_when_and_why_and_have_one_form_as_json() {
        Play play = Play.of(workflow().task("a", task -> task.agent("worker")))
                .start()
                .later(Duration.ofMillis(20))
                .fails("a");
        HistoryEntry failed = tell(play).getLast();
        assertThat(failed.toJson().toString())
                .isEqualTo(Play.json("""
                                {"seq": 2, "time": "1970-01-01T00:00:01.020Z", "event": "attempt_failed", "task_id": "a", "attempt": 1,
                                 "agent": "agent-1", "usage": {"tokens": 7, "cost": 3.0E-8}, "cause": {"code": "BROKEN", "message": "because"},
                                 "next_attempt_at": "%s", "sentence": "%s"}""".formatted(
                                        Instant.ofEpochMilli(Objects.requireNonNull(failed.nextAttemptAtMillis())),
                                        failed.sentence()))
                        .toString());
        assertThat(tell(play).getFirst().toJson().path("by").asText()).isEqualTo("ann");
    }

    @Test
    void elements_are_told_one_by_one_and_then_the_fan_out_as_a_whole() {
        Play play = Play.of(workflow()
                        .task("f", task -> task.agent("worker").forEach(List.of(1, 2)))
                        .task("z", task -> task.agent("worker").dependsOn("f")))
                .start()
                .later(Duration.ofMillis(10))
                .succeeds("f[1]")
                .succeeds("f[0]");
        assertThat(sentences(play))
                .containsExactly(
                        "execution started by ann",
                        "f: fans out into 2",
                        "f[0]: attempt 1 started",
                        "f[1]: attempt 1 started",
                        "f[1]: completed in 0ms",
                        "f[0]: completed in 0ms",
                        "f: completed in 10ms",
                        "z: attempt 1 started");
    }

    @Test
    void waits_end_with_a_signal_and_sleeps_with_time() {
        Play play = Play.of(workflow()
                        .task("approval", task -> task.waitFor("go", Duration.ofHours(2)))
                        .task("nap", task -> task.dependsOn("approval").sleep(Duration.ofSeconds(2))))
                .start()
                .later(Duration.ofSeconds(5))
                .signal("go", "{}")
                .after(Duration.ofSeconds(2));
        assertThat(sentences(play))
                .containsExactly(
                        "execution started by ann",
                        "approval: waits for the signal \"go\", at most 2h00m",
                        "signal \"go\" received by sue",
                        "approval: completed in 5.0s",
                        "nap: sleeps for 2.0s",
                        "nap: completed in 2.0s",
                        "execution completed in 7.0s");
    }

    @Test
    void times_of_tasks_outlive_their_end_and_are_forgotten_when_they_run_again() {
        Play play = Play.of(workflow().task("a", task -> task.agent("worker")).task("b", task -> task.agent("worker")
                        .dependsOn("a")))
                .start()
                .later(Duration.ofMillis(30))
                .succeeds("a")
                .later(Duration.ofMillis(5))
                .failsForGood("b");
        Chronicle chronicle = new Chronicle(play.rules.plan());
        tell(play, chronicle);
        assertThat(chronicle.times(0)).isEqualTo(new TaskTimes(1_000, 1_030L, 1, "agent-1", null));
        assertThat(chronicle.times(1))
                .isEqualTo(new TaskTimes(1_030, 1_035L, 1, "agent-1", new Failure("REFUSED", "because", false)));
        play.later(Duration.ofMillis(100)).retry();
        Chronicle again = new Chronicle(play.rules.plan());
        assertThat(tell(play, again)).extracting(HistoryEntry::event).contains(HistoryEvent.EXECUTION_RETRIED);
        assertThat(again.times(0)).isEqualTo(chronicle.times(0));
        assertThat(again.times(1)).isEqualTo(new TaskTimes(1_135, null, 1, null, null));
    }

    @Test
    void whatever_happens_at_random_can_be_told() {
        for (long seed = 1; seed <= 60; seed++) {
            RandomWalk walk = new RandomWalk(seed);
            walk.walk(80);
            Chronicle chronicle = new Chronicle(walk.plan());
            for (Step step : walk.journal()) {
                for (HistoryEntry entry : chronicle.add(step)) {
                    assertThat(entry.sentence())
                            .as("seed %d, step %s", seed, step)
                            .isNotBlank()
                            .doesNotContain("null:", "attempt 0", "\"null\"");
                    assertThat(entry.toJson().path("seq").asLong()).isEqualTo(step.number());
                }
                ExecutionView view = ExecutionView.of(walk.plan(), chronicle.state(), attempt -> true);
                assertThat(view.tasks()).as("seed %d", seed).hasSize(walk.plan().size());
            }
        }
    }
}
