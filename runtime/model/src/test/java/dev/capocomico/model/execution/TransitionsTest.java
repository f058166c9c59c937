package dev.capocomico.model.execution;

import static dev.capocomico.model.execution.Play.workflow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.definition.EventWait;
import dev.capocomico.model.definition.SagaStrategy;
import dev.capocomico.model.execution.Transitions.Ask;
import dev.capocomico.model.execution.Transitions.Standing;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every cell of the table of transitions: what a typical command does where the execution stands. */
class TransitionsTest {
    /**
     * The facts that come of it, or the refusal, or a dash for nothing at all. The order of columns is that of Standing. Where
     * an execution runs, b and c do, e waits for an event and w for a signal; where it is ending, c runs; where it is
     * compensating, a is undone.
     */
    private static final String EXPECTED = """
            START       | Started WaitBegan EventAwaited Dispatched | - | - | - | - | - | - | - | -
            REPORT      | NOT_FOUND | Succeeded | Succeeded | Succeeded CompensationBegan Dispatched | Succeeded Parked | Succeeded Ended | Succeeded Parked | - | -
            TICK        | - | - | - | - | - | - | - | - | -
            OFFER_EVENT | NOT_FOUND | EventTaken SleepBegan TimerFired | EventTaken | - | - | - | - | - | -
            SIGNAL      | NOT_FOUND | SignalArrived | SignalArrived | SignalArrived | SignalArrived | SignalArrived | SignalArrived | ENDED | ENDED
            PAUSE       | NOT_FOUND | Paused | - | Paused | - | Paused | - | ENDED | ENDED
            RESUME      | NOT_FOUND | - | Resumed | - | Resumed | - | Resumed | ENDED | ENDED
            CANCEL      | NOT_FOUND | EndingBegan | Resumed EndingBegan | EndingBegan | Resumed EndingBegan | WRONG_STATE | WRONG_STATE | ENDED | ENDED
            CANCEL_TASK | NOT_FOUND | TaskCancelled | TaskCancelled | WRONG_STATE | WRONG_STATE | WRONG_STATE | WRONG_STATE | ENDED | ENDED
            RETRY       | NOT_FOUND | WRONG_STATE | WRONG_STATE | WRONG_STATE | WRONG_STATE | WRONG_STATE | WRONG_STATE | WRONG_STATE | Retried WaitBegan EventAwaited Dispatched
            """;

    @Test
    void every_command_does_what_the_table_says_wherever_the_execution_stands() {
        Map<Ask, Set<Standing>> visited = new EnumMap<>(Ask.class);
        StringBuilder actual = new StringBuilder();
        for (Ask ask : Ask.values()) {
            actual.append(String.format("%-11s", ask));
            for (Standing standing : Standing.values()) {
                Play play = standing(standing);
                assertThat(Execution.standing(play.state)).isEqualTo(standing);
                give(play, ask);
                agreesWithTheTable(play, standing, ask);
                actual.append(" | ").append(outcome(play));
                visited.computeIfAbsent(ask, any -> EnumSet.noneOf(Standing.class))
                        .add(standing);
            }
            actual.append('\n');
        }
        assertThat(actual.toString()).isEqualTo(EXPECTED);
        assertThat(visited).hasSize(Ask.values().length).allSatisfy((ask, standings) -> assertThat(standings)
                .containsExactly(Standing.values()));
    }

    private static void agreesWithTheTable(Play play, Standing standing, Ask ask) {
        Refusal.Code refusal = play.refusal();
        switch (Transitions.verdict(standing, ask)) {
            case DECIDE -> {}
            case DONE -> {
                assertThat(refusal).isNull();
                assertThat(play.decision().step()).isNull();
            }
            case NOT_FOUND -> assertThat(refusal).isEqualTo(Refusal.Code.NOT_FOUND);
            case ENDED -> assertThat(refusal).isEqualTo(Refusal.Code.ENDED);
            case WRONG_STATE -> assertThat(refusal).isEqualTo(Refusal.Code.WRONG_STATE);
        }
    }

    private static String outcome(Play play) {
        if (play.refusal() != null) {
            return String.valueOf(play.refusal());
        }
        List<String> facts = play.facts().stream()
                .map(fact -> fact.getClass().getSimpleName())
                .toList();
        return facts.isEmpty() ? "-" : facts.stream().collect(Collectors.joining(" "));
    }

    private static Play standing(Standing standing) {
        Play play = Play.of(workflow()
                .saga(SagaStrategy.BACKWARD)
                .task("a", task -> task.agent("worker").compensate("worker", "undo"))
                .task("b", task -> task.agent("worker").dependsOn("a"))
                .task("c", task -> task.agent("worker").dependsOn("a"))
                .task("w", task -> task.waitFor("go"))
                .task("e", task -> task.sleep(Duration.ZERO).onEvent(new EventWait("t", null, null))));
        return switch (standing) {
            case NEW -> play;
            case RUNNING -> play.start().succeeds("a");
            case PAUSED -> standing(Standing.RUNNING).pause();
            case ENDING -> standing(Standing.RUNNING).failsForGood("b");
            case PAUSED_ENDING -> standing(Standing.ENDING).pause();
            case COMPENSATING -> standing(Standing.ENDING).succeeds("c");
            case PAUSED_COMPENSATING -> standing(Standing.COMPENSATING).pause();
            case COMPLETED ->
                standing(Standing.RUNNING)
                        .succeeds("b")
                        .succeeds("c")
                        .signal("go", "1")
                        .offer("e", "1", "{}");
            case BROKEN -> standing(Standing.COMPENSATING).succeeds("undo a");
        };
    }

    private static void give(Play play, Ask ask) {
        switch (ask) {
            case START -> play.start();
            case REPORT -> report(play);
            case TICK -> play.after(Duration.ofSeconds(1));
            case OFFER_EVENT -> play.offer("e", "1", "{}");
            case SIGNAL -> play.signal("go", "1");
            case PAUSE -> play.pause();
            case RESUME -> play.resume();
            case CANCEL -> play.cancel();
            case CANCEL_TASK -> play.cancelTask("c");
            case RETRY -> play.retry();
        }
    }

    /** Whatever runs first succeeds; where nothing runs, a result comes that nobody waits for. */
    private static void report(Play play) {
        List<String> running = play.running();
        if (running.isEmpty()) {
            AttemptKey gone = new AttemptKey(new Target.Element(0, 0), 1);
            play.report(new ExecutionCommand.Outcome(gone, new AttemptResult.Lost(true)));
        } else {
            play.succeeds(running.getFirst());
        }
    }

    @Test
    void the_table_has_a_cell_for_each_pair() {
        assertThat(Arrays.stream(Ask.values()).flatMap(ask -> Arrays.stream(Standing.values())
                        .map(standing -> Transitions.verdict(standing, ask))))
                .hasSize(90)
                .doesNotContainNull();
    }
}
