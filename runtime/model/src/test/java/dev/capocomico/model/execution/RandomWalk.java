package dev.capocomico.model.execution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.execution.ExecutionCommand.Outcome;
import dev.capocomico.model.plan.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * One execution in a world that is unkind: results come late, twice, in any order or not at all, attempts are lost, people
 * pause, signal, cancel and retry as they like. All {@link Laws} are checked after each step. In the end the world becomes kind,
 * and the execution must end.
 */
final class RandomWalk {
    private static final List<String> SIGNALS = List.of("go", "stay");
    private static final List<String> CODES = List.of("BROKEN", FailureCode.TIMEOUT, "REFUSED");

    private final Random random;
    private final Rules rules;
    private final Laws laws;
    private final List<Outcome> delayed = new ArrayList<>();
    private final WalkByReference byReference;
    private ExecutionState state = ExecutionState.NEW;
    private long now = 1_000;
    private int commands;
    private int events;
    private final Set<Phase> phases = EnumSet.noneOf(Phase.class);

    RandomWalk(long seed) {
        this.random = new Random(seed);
        Definition definition = new RandomDefinition(random).build();
        Rules.Settings settings = new Rules.Settings(
                Duration.ofMinutes(20),
                Duration.ofMinutes(2),
                Duration.ofSeconds(30),
                5,
                1_000,
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                64L * 1024 * 1024);
        this.rules = new Rules(Plan.of(definition), new TinyExpressions(), Play.SCHEMAS, settings);
        this.laws = new Laws(rules);
        this.byReference = new WalkByReference(rules, new Random(seed));
    }

    /** How many commands it took. */
    int walk(int length) {
        start();
        int afterwards = 3;
        for (int i = 0; i < length && afterwards > 0; i++) {
            anything();
            afterwards -= state.status() == ExecutionStatus.COMPLETED ? 1 : 0;
        }
        end();
        return commands;
    }

    /** How often a decision had to be tried again, because it looked into something that was not at hand. */
    int needed() {
        return byReference.needed();
    }

    Set<Phase> phases() {
        return phases;
    }

    Plan plan() {
        return rules.plan();
    }

    List<Step> journal() {
        return laws.journal();
    }

    private void start() {
        Integer maxAgents = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : null;
        JsonNode input = Play.json("{'n': %d, 'list': [1, 2, 3], 'id': 1}".formatted(random.nextInt(3)));
        command(new ExecutionCommand.Start(
                now, "walk", input, new StartOptions(null, null, null, maxAgents, null, Map.of()), null));
    }

    private void command(ExecutionCommand command) {
        commands++;
        ExecutionState before = state;
        Decision decision = Execution.decide(rules, before, command);
        laws.check(before, command, decision, commands % 16 == 0);
        byReference.follow(command, decision, commands % 16 == 0);
        assertThat(decision.next().steps()).isEqualTo(laws.journal().size());
        state = decision.next();
        phases.add(state.phase());
    }

    private void anything() {
        now += random.nextInt(4) == 0 ? random.nextInt(60_000) : random.nextInt(2_000);
        if (state.phase() == Phase.ENDED && random.nextInt(3) > 0) {
            once(new ExecutionCommand.Retry(now, random.nextInt(4) > 0, null));
            return;
        }
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> report();
            case 8, 9 -> wake();
            case 10 -> signal();
            case 11, 12 -> offer();
            case 13 -> once(new ExecutionCommand.Pause(now, null));
            case 14, 15 -> once(new ExecutionCommand.Resume(now, null));
            case 16 -> cancelSomething();
            case 17 -> retry();
            case 18 -> handBack();
            default -> command(new ExecutionCommand.Tick(now - random.nextInt(5_000)));
        }
    }

    /** Sometimes with a key, and sometimes with one that was there before. */
    private void once(ExecutionCommand command) {
        ExecutionCommand once =
                random.nextInt(3) == 0 ? new ExecutionCommand.Keyed("key-" + random.nextInt(20), command) : command;
        command(
                random.nextInt(3) == 0
                        ? new ExecutionCommand.Called(new Origin("call", null, "ann", "192.0.2.1", null), once)
                        : once);
    }

    private void report() {
        List<Outcome> outcomes = new ArrayList<>();
        List<Effect> owed = Execution.owed(rules, state);
        for (int i = 0; i < 1 + random.nextInt(3) && !owed.isEmpty(); i++) {
            Effect effect = owed.get(random.nextInt(owed.size()));
            switch (effect) {
                case Effect.Run run -> outcomes.add(new Outcome(run.key(), result(run.losses() > 0 && !run.begun())));
                case Effect.RunChild run -> outcomes.add(new Outcome(run.key(), result(false)));
                case Effect.Listen listen -> {}
                case Effect.Stop stop ->
                    outcomes.add(new Outcome(stop.key(), new AttemptResult.Failed(failure(false), null, Usage.NONE)));
            }
        }
        // Some arrive, some only later, some twice.
        outcomes.removeIf(outcome -> {
            boolean late = random.nextInt(6) == 0;
            if (late || random.nextInt(8) == 0) {
                delayed.add(outcome);
            }
            return late;
        });
        if (!delayed.isEmpty() && random.nextInt(3) == 0) {
            outcomes.add(delayed.remove(random.nextInt(delayed.size())));
        }
        command(new ExecutionCommand.Report(now, outcomes, random.nextDouble()));
    }

    /** The node stops, and the next one looks after the execution. */
    private void handBack() {
        List<Outcome> outcomes = new ArrayList<>();
        for (Effect effect : Execution.owed(rules, state)) {
            if (effect instanceof Effect.Run run) {
                boolean ends = random.nextInt(5) == 0;
                outcomes.add(new Outcome(
                        run.key(), ends ? result(false) : new AttemptResult.HandedBack(random.nextBoolean())));
            }
        }
        command(new ExecutionCommand.HandBack(now, outcomes, random.nextDouble()));
        now += random.nextInt(5_000);
        command(new ExecutionCommand.Tick(now));
    }

    /** @param mayWait whether it was lost before, and may wait for its turn */
    private AttemptResult result(boolean mayWait) {
        if (mayWait && random.nextInt(3) > 0) {
            return random.nextBoolean() ? new AttemptResult.Begun() : new AttemptResult.Lost(false);
        }
        return switch (random.nextInt(12)) {
            case 0, 1 -> new AttemptResult.Lost(true);
            case 2 -> new AttemptResult.Begun();
            case 3 -> new AttemptResult.Failed(failure(true), "agent", new Usage(random.nextInt(3), random.nextInt(3)));
            case 4 -> new AttemptResult.Failed(failure(random.nextInt(3) > 0), "agent", Usage.NONE);
            default -> success();
        };
    }

    private AttemptResult success() {
        JsonNode output = JsonNodeFactory.instance.objectNode().put("n", random.nextInt(6));
        return new AttemptResult.Succeeded(output, "agent", now, Usage.NONE);
    }

    private Failure failure(boolean retryable) {
        return new Failure(CODES.get(random.nextInt(CODES.size())), "by chance", retryable);
    }

    private void wake() {
        long wake = Execution.wakeAtMillis(state);
        if (wake != ExecutionState.NEVER) {
            now = Math.max(now, wake + (random.nextInt(10) == 0 ? 3_600_000 : 0));
        }
        command(new ExecutionCommand.Tick(now));
    }

    private void signal() {
        String key = random.nextBoolean() ? "k" + random.nextInt(4) : null;
        String name = SIGNALS.get(random.nextInt(SIGNALS.size()));
        command(new ExecutionCommand.Signal(now, name, Play.json("{'n': 1}"), key, null));
    }

    private void offer() {
        int task = random.nextInt(rules.plan().size() + 1);
        JsonNode event = JsonNodeFactory.instance.objectNode().put("id", random.nextInt(2));
        command(new ExecutionCommand.OfferEvent(now, task, "e" + events++, event));
    }

    private void cancelSomething() {
        if (random.nextInt(4) == 0) {
            command(new ExecutionCommand.Cancel(now, null, null));
        } else {
            String task = rules.plan().graph().id(random.nextInt(rules.plan().size()));
            command(new ExecutionCommand.CancelTask(now, task, null));
        }
    }

    private void retry() {
        if (state.phase() == Phase.ENDED) {
            command(new ExecutionCommand.Retry(now, random.nextBoolean(), null));
        } else {
            report();
        }
    }

    /** From now on everything that is owed is paid, at once. */
    private void end() {
        int patience = 5_000;
        while (state.phase() != Phase.ENDED) {
            assertThat(patience--)
                    .as("it does not end: %s", Execution.waitingFor(rules, state))
                    .isPositive();
            now += 1;
            if (state.paused()) {
                command(new ExecutionCommand.Resume(now, null));
                continue;
            }
            List<Outcome> outcomes = new ArrayList<>();
            for (Effect effect : Execution.owed(rules, state)) {
                switch (effect) {
                    case Effect.Run run -> outcomes.add(new Outcome(run.key(), success()));
                    case Effect.RunChild run -> outcomes.add(new Outcome(run.key(), success()));
                    case Effect.Listen listen -> {}
                    case Effect.Stop stop -> {}
                }
            }
            if (!outcomes.isEmpty()) {
                command(new ExecutionCommand.Report(now, outcomes, 0));
            } else {
                answer();
            }
        }
        laws.rebuilt(state);
        assertThat(state.inFlight()).isZero();
        assertThat(state.childrenInFlight()).isZero();
    }

    private void answer() {
        for (Waiting waiting : Execution.waitingFor(rules, state)) {
            if (waiting instanceof Waiting.ForSignal wanted) {
                command(new ExecutionCommand.Signal(now, wanted.signal(), Play.json("{}"), null, null));
                return;
            }
            if (waiting instanceof Waiting.ForEvent wanted) {
                int task = rules.plan().graph().indexOf(wanted.task());
                command(new ExecutionCommand.OfferEvent(now, task, "last", Play.json("{'id': 1}")));
                return;
            }
        }
        now = Math.max(now, Execution.wakeAtMillis(state));
        command(new ExecutionCommand.Tick(now));
    }
}
