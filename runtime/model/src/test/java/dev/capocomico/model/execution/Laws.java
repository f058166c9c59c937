package dev.capocomico.model.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.definition.SagaStrategy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What must hold after every step of every execution. Told of each step; remembers what it needs of the past. */
final class Laws {
    private final Rules rules;
    private final List<Step> journal = new ArrayList<>();
    private final Set<AttemptKey> keys = new HashSet<>();
    private final Set<Target.Element> done = new HashSet<>();
    private final Map<Target.Element, Long> doneAt = new HashMap<>();
    private long completions;
    private final Set<String> undone = new HashSet<>();
    private final Map<Target.Element, String> undoKeys = new HashMap<>();
    private final Set<String> endedChildren = new HashSet<>();

    Laws(Rules rules) {
        this.rules = rules;
    }

    List<Step> journal() {
        return List.copyOf(journal);
    }

    void check(ExecutionState before, ExecutionCommand command, Decision decision, boolean rebuild) {
        ExecutionState after = decision.next();
        Step step = decision.step();
        if (step == null) {
            assertThat(after).as("no step, no change").isSameAs(before);
            assertThat(decision.effects()).as("no step, no effect").isEmpty();
        } else {
            assertThat(step.number()).isEqualTo(before.steps() + 1);
            assertThat(step.atMillis()).isGreaterThanOrEqualTo(before.atMillis());
            assertThat(step.facts()).isNotEmpty();
            journal.add(step);
            assertThat(Execution.evolve(rules, before, step))
                    .as("evolve(before, step) is what decide saw")
                    .isEqualTo(after);
            step.facts().forEach(fact -> fact(fact, before, step.number()));
            parkedWhenNothingHappensForAWhile(step, after);
        }
        owedIsWhatWasOwedAndTheIncrements(before, decision);
        if (command instanceof ExecutionCommand.HandBack back) {
            reported(before, back.outcomes(), decision);
            nothingStarts(decision);
        }
        if (command instanceof ExecutionCommand.Report report) {
            reported(before, report.outcomes(), decision);
        }
        childrenAreNew(decision);
        bounds(after);
        undoingKeepsItsOrder(before, after);
        nothingHangs(after);
        if (rebuild) {
            rebuilt(after);
        }
        assertThat(Execution.decide(rules, before, command))
                .as("deciding twice is deciding once")
                .isEqualTo(decision);
    }

    private void reported(ExecutionState before, List<ExecutionCommand.Outcome> outcomes, Decision decision) {
        onlyCurrentAttemptsCount(before, outcomes, decision);
        childrenEnd(before, outcomes);
    }

    private static void nothingStarts(Decision decision) {
        List<Fact> facts = decision.step() == null ? List.of() : decision.step().facts();
        assertThat(facts)
                .as("a node that stops starts nothing")
                .noneMatch(fact -> fact instanceof Fact.Dispatched
                        || fact instanceof Fact.WaitBegan
                        || fact instanceof Fact.SleepBegan
                        || fact instanceof Fact.EventAwaited);
    }

    private void parkedWhenNothingHappensForAWhile(Step step, ExecutionState after) {
        List<Fact> parked =
                step.facts().stream().filter(Fact.Parked.class::isInstance).toList();
        long due = Execution.wakeAtMillis(rules, after);
        boolean somethingHappensSoon = after.phase() == Phase.ENDED
                || after.inFlight() > after.childrenInFlight()
                || due - after.atMillis() <= rules.settings().parkAfter().toMillis();
        assertThat(Execution.isParked(rules, after))
                .as("what the last step says and what its state says are one")
                .isEqualTo(step.facts().getLast() instanceof Fact.Parked);
        if (somethingHappensSoon) {
            assertThat(parked).isEmpty();
        } else {
            assertThat(parked).hasSize(1);
            assertThat(step.facts().getLast())
                    .isInstanceOfSatisfying(Fact.Parked.class, last -> assertThat(last.wakeAtMillis())
                            .as("woken no later than something falls due")
                            .isGreaterThan(after.atMillis())
                            .isLessThanOrEqualTo(due));
        }
    }

    void rebuilt(ExecutionState after) {
        ExecutionState state = ExecutionState.NEW;
        for (Step step : journal) {
            state = Execution.evolve(rules, state, step);
        }
        assertThat(state).as("the state rebuilt from the journal").isEqualTo(after);
        assertThat(Set.copyOf(Execution.owed(rules, state))).isEqualTo(Set.copyOf(Execution.owed(rules, after)));
    }

    private void fact(Fact fact, ExecutionState before, long step) {
        if (fact instanceof Fact.Succeeded succeeded) {
            succeeded(succeeded.target(), before);
        } else if (fact instanceof Fact.Dispatched dispatched) {
            assertThat(keys.add(new AttemptKey(dispatched.target(), step)))
                    .as("a fence is used once: %s in step %d", dispatched.target(), step)
                    .isTrue();
            if (dispatched.target() instanceof Target.Element element) {
                assertThat(done)
                        .as("what is completed is not run again unless it was undone")
                        .doesNotContain(element);
            }
        }
    }

    private void succeeded(Target target, ExecutionState before) {
        switch (target) {
            case Target.Element element -> {
                done.add(element);
                doneAt.put(element, completions++);
            }
            case Target.Undo undo -> {
                Undoing undoing = before.undoing();
                assertThat(undoing).as("what is undone was dispatched before").isNotNull();
                if (undoing != null) {
                    Target.Element element = undoing.entries().get(undo.entry()).element();
                    done.remove(element);
                    String key = undoKeys.get(element);
                    assertThat(undone.add(String.valueOf(key)))
                            .as("compensation %s is recorded once", key)
                            .isTrue();
                }
            }
        }
    }

    private void owedIsWhatWasOwedAndTheIncrements(ExecutionState before, Decision decision) {
        Map<Object, Effect> expected = new HashMap<>();
        Execution.owed(rules, before).forEach(effect -> put(expected, effect));
        Map<Object, Effect> increments = new HashMap<>();
        decision.effects().forEach(effect -> put(increments, effect));
        Step step = decision.step();
        for (Fact fact : step == null ? List.<Fact>of() : step.facts()) {
            apply(fact, expected, increments);
        }
        Map<Object, Effect> owed = new HashMap<>();
        Execution.owed(rules, decision.next()).forEach(effect -> put(owed, effect));
        assertThat(owed).as("owed after %s", step).isEqualTo(expected);
        decision.effects().forEach(this::rememberUndoKey);
        stopsAreOwedToo(before, decision);
    }

    private static void onlyCurrentAttemptsCount(
            ExecutionState before, List<ExecutionCommand.Outcome> outcomes, Decision decision) {
        if (before.phase() == Phase.NEW) {
            return;
        }
        Set<AttemptKey> current = new HashSet<>();
        new Running(new Draft(before, before.steps(), before.atMillis()))
                .forEach((target, attempt) -> current.add(new AttemptKey(target, attempt.fence())));
        for (ExecutionCommand.Outcome outcome : outcomes) {
            if (!current.contains(outcome.key())) {
                assertThat(decision.stale())
                        .as("an old attempt's result changes nothing")
                        .contains(outcome.key());
            }
        }
    }

    private void childrenEnd(ExecutionState before, List<ExecutionCommand.Outcome> outcomes) {
        for (Effect effect : Execution.owed(rules, before)) {
            if (effect instanceof Effect.RunChild run
                    && outcomes.stream()
                            .filter(outcome -> outcome.key().equals(run.key()))
                            .limit(1) // what is said of an attempt first counts
                            .anyMatch(outcome -> outcome.result() instanceof AttemptResult.Succeeded
                                    || outcome.result() instanceof AttemptResult.Failed)) {
                endedChildren.add(run.childId());
            }
        }
    }

    private void childrenAreNew(Decision decision) {
        for (Effect effect : decision.effects()) {
            if (effect instanceof Effect.RunChild run) {
                assertThat(endedChildren)
                        .as("a child that has ended is not begun again")
                        .doesNotContain(run.childId());
            }
        }
    }

    private void rememberUndoKey(Effect effect) {
        if (effect instanceof Effect.Run run && run.idempotencyKey().endsWith("/undo")) {
            String[] parts = run.idempotencyKey().split("/", -1);
            int task = rules.plan().graph().indexOf(run.taskId());
            undoKeys.put(new Target.Element(task, Integer.parseInt(parts[parts.length - 4])), run.idempotencyKey());
        }
    }

    private static void put(Map<Object, Effect> effects, Effect effect) {
        switch (effect) {
            case Effect.Run run -> effects.put(run.key().target(), run);
            case Effect.RunChild run -> effects.put(run.key().target(), run);
            case Effect.Listen listen -> effects.put(listen.task(), listen);
            case Effect.Stop stop -> {}
        }
    }

    private static void apply(Fact fact, Map<Object, Effect> owed, Map<Object, Effect> increments) {
        switch (fact) {
            case Fact.Dispatched dispatched -> {
                assertThat(owed)
                        .as("one live attempt at %s", dispatched.target())
                        .doesNotContainKey(dispatched.target());
                Effect effect = increments.get(dispatched.target());
                assertThat(effect).as("an effect for %s", dispatched.target()).isNotNull();
                owed.put(dispatched.target(), Objects.requireNonNull(effect));
            }
            case Fact.EventAwaited awaited ->
                owed.put(awaited.task(), Objects.requireNonNull(increments.get(awaited.task())));
            case Fact.Succeeded ended -> owed.remove(ended.target());
            case Fact.IterationEnded ended -> owed.remove(ended.target());
            case Fact.AttemptFailed ended -> owed.remove(ended.target());
            case Fact.AttemptBegan began ->
                owed.put(began.target(), Objects.requireNonNull(increments.get(began.target())));
            case Fact.AttemptLost ended -> owed.remove(ended.target());
            case Fact.AttemptHandedBack ended -> owed.remove(ended.target());
            case Fact.GaveUp ended -> {
                owed.remove(ended.target());
                if (ended.target() instanceof Target.Element element
                        && element.element() == ExecutionState.WHOLE_TASK) {
                    owed.remove(element.task());
                }
            }
            case Fact.EventTaken taken -> owed.remove(taken.task());
            case Fact.TaskCancelled cancelled -> owed.remove(cancelled.task());
            case Fact.EndingBegan began -> owed.values().removeIf(Effect.Listen.class::isInstance);
            case Fact.Started any -> {}
            case Fact.TaskSkipped any -> {}
            case Fact.Expanded any -> {}
            case Fact.WaitBegan any -> {}
            case Fact.SleepBegan any -> {}
            case Fact.TimerFired any -> {}
            case Fact.UndoTimerFired any -> {}
            case Fact.SignalArrived any -> {}
            case Fact.Paused any -> {}
            case Fact.Resumed any -> {}
            case Fact.CompensationBegan any -> {}
            case Fact.Ended any -> {}
            case Fact.Retried any -> {}
            case Fact.Parked any -> {}
            case Fact.KeyRemembered any -> {}
            case Fact.Called any -> {}
        }
    }

    private void stopsAreOwedToo(ExecutionState before, Decision decision) {
        Set<Effect> known = stops(Execution.owed(rules, before));
        known.addAll(stops(decision.effects()));
        assertThat(known).containsAll(stops(Execution.owed(rules, decision.next())));
    }

    private static Set<Effect> stops(List<Effect> effects) {
        Set<Effect> stops = new LinkedHashSet<>(effects);
        stops.removeIf(effect -> !(effect instanceof Effect.Stop));
        return stops;
    }

    private void bounds(ExecutionState state) {
        Draft draft = new Draft(state, state.steps(), state.atMillis());
        assertThat(state.bytesHeld()).as("bytes held, counted anew").isEqualTo(Held.by(draft));
        assertThat(state.inputBytes()).as("bytes of inputs, counted anew").isEqualTo(Held.inputsOf(draft));
        int[] running = new int[1];
        Map<Integer, Integer> perTask = new HashMap<>();
        new Running(new Draft(state, state.steps(), state.atMillis())).forEach((target, attempt) -> {
            running[0]++;
            if (target instanceof Target.Element element) {
                perTask.merge(element.task(), 1, Integer::sum);
            }
        });
        assertThat(state.inFlight()).as("attempts in flight").isEqualTo(running[0]);
        Integer maxAgents =
                state.started() == null ? null : state.started().options().maxAgents();
        if (maxAgents != null) {
            assertThat(running[0]).as("max_agents").isLessThanOrEqualTo(maxAgents);
        }
        perTask.forEach((task, count) -> {
            var fanOut = rules.plan().definition().tasks().get(task).fanOut();
            Integer max = fanOut == null ? null : fanOut.maxParallel();
            if (max != null) {
                assertThat(count).as("max_parallel of task %d", task).isLessThanOrEqualTo(max);
            }
        });
    }

    private void undoingKeepsItsOrder(ExecutionState before, ExecutionState after) {
        Undoing undoing = after.undoing();
        if (undoing == null || after.phase() != Phase.COMPENSATING) {
            return;
        }
        SagaStrategy strategy = rules.plan().definition().faultTolerance().strategy();
        if (strategy != SagaStrategy.PARALLEL) {
            assertThat(undoing.active()).as("one is undone after the other").isLessThanOrEqualTo(1);
        }
        if (before.phase() != Phase.COMPENSATING) {
            List<Long> times = undoing.entries().stream()
                    .filter(entry -> done.contains(entry.element()))
                    .map(entry -> Objects.requireNonNull(doneAt.get(entry.element())))
                    .toList();
            assertThat(strategy == SagaStrategy.BACKWARD ? times.reversed() : times)
                    .as("the order of completion")
                    .isSorted();
            assertThat(undoing.entries()).extracting(Completion::element).doesNotHaveDuplicates();
        }
    }

    private void nothingHangs(ExecutionState state) {
        List<Waiting> waiting = Execution.waitingFor(rules, state);
        if (state.phase() == Phase.NEW || state.phase() == Phase.ENDED) {
            assertThat(waiting).isEmpty();
            assertThat(Execution.owed(rules, state)).isEmpty();
            assertThat(Execution.wakeAtMillis(state)).isEqualTo(ExecutionState.NEVER);
            return;
        }
        boolean somebodyElsesTurn = waiting.stream()
                .anyMatch(one -> one instanceof Waiting.ForSignal
                        || one instanceof Waiting.ForEvent
                        || one instanceof Waiting.ForResume);
        assertThat(!Execution.owed(rules, state).isEmpty()
                        || Execution.wakeAtMillis(state) != ExecutionState.NEVER
                        || somebodyElsesTurn)
                .as("nothing would ever happen again: %s", state)
                .isTrue();
        assertThat(waiting).as("it can say what it waits for: %s", state).isNotEmpty();
        assertThat(waiting).allSatisfy(one -> assertThat(one.sentence()).isNotBlank());
    }
}
