package dev.capocomico.model.execution;

import dev.capocomico.model.definition.EventWait;
import dev.capocomico.model.execution.Transitions.Ask;
import dev.capocomico.model.execution.Transitions.Standing;
import dev.capocomico.model.plan.Plan;
import dev.capocomico.model.value.Reading;
import dev.capocomico.model.value.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The rules of one execution. Pure: the same state and command always give the same decision. */
public final class Execution {
    private Execution() {}

    /** What a command leads to, when nothing large is held or brought. */
    public static Decision decide(Rules rules, ExecutionState state, ExecutionCommand command) {
        return switch (decide(rules, Values.NONE, state, command)) {
            case Reading.Done<Decision> done -> done.result();
            case Reading.Needs<Decision> needs ->
                throw new IllegalStateException("values are needed that nobody has: " + needs.references());
        };
    }

    /**
     * What a command leads to. Time never runs backwards: a command from before the last step counts as of its time.
     *
     * @param values what is at hand of the large values that the state and the command refer to
     */
    public static Reading<Decision> decide(Rules rules, Values values, ExecutionState state, ExecutionCommand command) {
        try {
            return new Reading.Done<>(decide(rules, new Lookup(values), state, command));
        } catch (Lookup.Missing missing) {
            return new Reading.Needs<>(missing.references());
        }
    }

    private static Decision decide(Rules rules, Lookup lookup, ExecutionState state, ExecutionCommand command) {
        long at = Math.max(command.atMillis(), state.atMillis());
        Decider decider = new Decider(rules, new Draft(state, state.steps() + 1, at), lookup);
        if (state.phase() != Phase.NEW) {
            decider.decideWhatIsDue();
        }
        Refusal refusal = take(decider, command);
        if (command instanceof ExecutionCommand.HandBack) {
            decider.settle();
        } else {
            decider.advance();
        }
        return decider.decision(state, refusal);
    }

    /** The state after a step. */
    public static ExecutionState evolve(Rules rules, ExecutionState state, Step step) {
        return evolve(rules.plan(), state, step);
    }

    /** The same, for those who only read: what has happened needs no expression to be understood. */
    public static ExecutionState evolve(Plan plan, ExecutionState state, Step step) {
        if (step.number() != state.steps() + 1) {
            throw new IllegalArgumentException("step " + step.number() + " does not follow step " + state.steps());
        }
        Draft draft = new Draft(state, step.number(), step.atMillis());
        Evolution evolution = new Evolution(plan, draft);
        step.facts().forEach(evolution::apply);
        return draft.freeze();
    }

    /**
     * The decision as it is when its step is written with references to its large values: the state holds the references, and so do the
     * effects.
     *
     * @param before the state that it was decided on
     * @param written the step of the decision, with references
     */
    public static Decision written(Rules rules, ExecutionState before, Decision decision, Step written) {
        ExecutionState next = evolve(rules, before, written);
        Draft draft = draft(next);
        Attempts attempts = new Attempts(rules, draft, new Lookup(Values.NONE));
        List<Effect> effects = decision.effects().stream()
                .map(effect -> switch (effect) {
                    case Effect.Run run -> again(attempts, draft, run.key(), run);
                    case Effect.RunChild run -> again(attempts, draft, run.key(), run);
                    case Effect.Stop stop -> stop;
                    case Effect.Listen listen -> listen;
                })
                .toList();
        return new Decision(written, next, effects, decision.stale(), decision.refusal());
    }

    private static Effect again(Attempts attempts, Draft draft, AttemptKey key, Effect effect) {
        return draft.state(key.target()) instanceof ElementState.Running running && running.fence() == key.fence()
                ? attempts.again(key.target(), running)
                : effect;
    }

    /** Everything owed, when nothing large is held that an earlier program has not written. */
    public static List<Effect> owed(Rules rules, ExecutionState state) {
        return switch (owed(rules, Values.NONE, state)) {
            case Reading.Done<List<Effect>> done -> done.result();
            case Reading.Needs<List<Effect>> needs ->
                throw new IllegalStateException("values are needed that nobody has: " + needs.references());
        };
    }

    /** Everything owed, derived from the state alone: what a recovery pays. */
    public static Reading<List<Effect>> owed(Rules rules, Values values, ExecutionState state) {
        try {
            return new Reading.Done<>(owed(rules, new Lookup(values), state));
        } catch (Lookup.Missing missing) {
            return new Reading.Needs<>(missing.references());
        }
    }

    private static List<Effect> owed(Rules rules, Lookup lookup, ExecutionState state) {
        Draft draft = draft(state);
        Attempts attempts = new Attempts(rules, draft, lookup);
        List<Effect> owed = new ArrayList<>();
        new Running(draft).forEach((target, running) -> {
            owed.add(attempts.again(target, running));
            if (attempts.toldToStop(target, running)) {
                owed.add(new Effect.Stop(new AttemptKey(target, running.fence())));
            }
        });
        if (state.phase() == Phase.RUNNING) {
            for (int task = 0; task < rules.plan().size(); task++) {
                EventWait event = rules.plan().definition().tasks().get(task).onEvent();
                if (event != null && state.tasks().get(task) instanceof TaskState.AwaitingEvent) {
                    owed.add(Starts.listen(rules, draft, lookup, task, event));
                }
            }
        }
        return owed;
    }

    /** When the execution must be woken although nothing happens; {@link ExecutionState#NEVER} when never. */
    public static long wakeAtMillis(ExecutionState state) {
        return Timers.next(draft(state));
    }

    /** The same; at once, when the last step has left something to the next one. */
    public static long wakeAtMillis(Rules rules, ExecutionState state) {
        Draft draft = draft(state);
        return Starts.hasMore(rules, draft) ? state.atMillis() : Timers.next(draft);
    }

    /**
     * Whether the execution may leave memory until a message or its time comes. So it is exactly after a step whose last fact is
     * {@link Fact.Parked}.
     */
    public static boolean isParked(Rules rules, ExecutionState state) {
        return Parking.of(rules, draft(state)).isPresent();
    }

    /** Whether the task waits for an event, so that it is worth while to offer it one. */
    public static boolean awaitsEvent(ExecutionState state, int task) {
        return state.phase() == Phase.RUNNING && state.tasks().get(task) instanceof TaskState.AwaitingEvent;
    }

    /** Why it has not ended yet: never empty between its start and its end. */
    public static List<Waiting> waitingFor(Rules rules, ExecutionState state) {
        return new WhatItWaitsFor(rules, state).list();
    }

    /** Where it stands, as far as commands are concerned. */
    static Standing standing(ExecutionState state) {
        return standing(draft(state));
    }

    private static Draft draft(ExecutionState state) {
        return new Draft(state, state.steps(), state.atMillis());
    }

    private static Standing standing(Draft draft) {
        return switch (draft.phase) {
            case NEW -> Standing.NEW;
            case RUNNING -> draft.paused ? Standing.PAUSED : Standing.RUNNING;
            case ENDING -> draft.paused ? Standing.PAUSED_ENDING : Standing.ENDING;
            case COMPENSATING -> draft.paused ? Standing.PAUSED_COMPENSATING : Standing.COMPENSATING;
            case ENDED ->
                draft.ending != null && draft.ending.kind() == Ending.Kind.COMPLETED
                        ? Standing.COMPLETED
                        : Standing.BROKEN;
        };
    }

    /** What was accepted once under a key is answered in the same way wherever the execution stands by now, after its end too. */
    private static @Nullable Refusal take(Decider decider, ExecutionCommand command) {
        Draft draft = decider.draft();
        if (command instanceof ExecutionCommand.Called called) {
            return takeCalled(decider, called);
        }
        if (command instanceof ExecutionCommand.Keyed keyed) {
            return takeOnce(decider, keyed);
        }
        if (command instanceof ExecutionCommand.Signal signal && draft.signals.knows(signal.key())) {
            return null;
        }
        Standing standing = standing(draft);
        Ask ask = ask(command);
        return switch (Transitions.verdict(standing, ask)) {
            case DECIDE -> new Commands(decider).take(command);
            case DONE -> null;
            case NOT_FOUND -> new Refusal(Refusal.Code.NOT_FOUND, "there is no such execution");
            case ENDED -> new Refusal(Refusal.Code.ENDED, "the execution has ended");
            case WRONG_STATE ->
                new Refusal(
                        Refusal.Code.WRONG_STATE,
                        "%s is not possible while the execution is %s".formatted(word(ask), word(standing)));
        };
    }

    /** What changes nothing, because it was done before, leaves nothing. */
    private static @Nullable Refusal takeCalled(Decider decider, ExecutionCommand.Called called) {
        int before = decider.factCount();
        Refusal refusal = take(decider, called.command());
        if (refusal == null && decider.factCount() > before) {
            decider.fact(new Fact.Called(called.origin()));
        }
        return refusal;
    }

    /** A refused one is not remembered: it may be accepted another time. */
    private static @Nullable Refusal takeOnce(Decider decider, ExecutionCommand.Keyed keyed) {
        if (decider.draft().signals.knows(keyed.key())) {
            return null;
        }
        Refusal refusal = take(decider, keyed.command());
        if (refusal == null) {
            decider.fact(new Fact.KeyRemembered(keyed.key()));
        }
        return refusal;
    }

    private static String word(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static Ask ask(ExecutionCommand command) {
        return switch (command) {
            case ExecutionCommand.Start start -> Ask.START;
            case ExecutionCommand.Report report -> Ask.REPORT;
            case ExecutionCommand.HandBack back -> Ask.REPORT;
            case ExecutionCommand.Tick tick -> Ask.TICK;
            case ExecutionCommand.OfferEvent offer -> Ask.OFFER_EVENT;
            case ExecutionCommand.Signal signal -> Ask.SIGNAL;
            case ExecutionCommand.Pause pause -> Ask.PAUSE;
            case ExecutionCommand.Resume resume -> Ask.RESUME;
            case ExecutionCommand.Cancel cancel -> Ask.CANCEL;
            case ExecutionCommand.CancelTask cancel -> Ask.CANCEL_TASK;
            case ExecutionCommand.Retry retry -> Ask.RETRY;
            case ExecutionCommand.Keyed keyed -> ask(keyed.command());
            case ExecutionCommand.Called called -> ask(called.command());
        };
    }
}
