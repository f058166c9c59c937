package dev.capocomico.model.execution;

import dev.capocomico.model.collection.Agenda;
import dev.capocomico.model.definition.DurationText;
import dev.capocomico.model.definition.Task;
import dev.capocomico.model.definition.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides what has fallen due, in the order in which it did, before anything that came later. */
final class Timers {
    private final Decider decider;
    private final Draft draft;

    Timers(Decider decider) {
        this.decider = decider;
        this.draft = decider.draft();
    }

    /** When something falls due next; {@link ExecutionState#NEVER} when nothing does. */
    static long next(Draft draft) {
        Agenda.Entry<Target> first = draft.agenda.first();
        long ofTargets = first == null ? ExecutionState.NEVER : first.atMillis();
        return Math.min(ofTargets, ofExecution(draft));
    }

    /** The deadline of the phase. While an execution is paused it stands still. */
    private static long ofExecution(Draft draft) {
        if (draft.paused) {
            return ExecutionState.NEVER;
        }
        return switch (draft.phase) {
            case RUNNING -> draft.deadlineMillis;
            case ENDING -> ofEnding(draft);
            case COMPENSATING -> draft.undoing == null ? ExecutionState.NEVER : draft.undoing.deadlineMillis();
            case NEW, ENDED -> ExecutionState.NEVER;
        };
    }

    /** What runs may end until the execution's deadline, then it is told to stop and has a grace. Children have no end to it. */
    private static long ofEnding(Draft draft) {
        if (draft.inFlight == draft.childrenInFlight) {
            return ExecutionState.NEVER;
        }
        return draft.graceUntilMillis == ExecutionState.NEVER ? draft.deadlineMillis : draft.graceUntilMillis;
    }

    void decideWhatIsDue() {
        while (next(draft) <= draft.atMillis) {
            Agenda.Entry<Target> first = draft.agenda.first();
            long ofExecution = ofExecution(draft);
            if (first != null && first.atMillis() <= ofExecution) {
                fire(first.value());
            } else {
                phaseIsOver();
            }
            decider.settle();
        }
    }

    private void fire(Target target) {
        switch (target) {
            case Target.Undo undo -> decider.fact(new Fact.UndoTimerFired(undo.entry()));
            case Target.Element element -> {
                switch (draft.tasks.get(element.task())) {
                    case TaskState.AwaitingSignal waiting -> nobodyAnswered(element);
                    case TaskState.AwaitingEvent waiting -> noEventCame(element);
                    case TaskState.Sleeping sleeping -> decider.fact(new Fact.TimerFired(element));
                    case TaskState.Single single -> fireElement(element);
                    case TaskState.Fan fan -> fireElement(element);
                    case TaskState.Blocked blocked -> throw nothingDue(element);
                    case TaskState.Ready ready -> throw nothingDue(element);
                    case TaskState.Over over -> throw nothingDue(element);
                    case null -> throw nothingDue(element);
                }
            }
        }
    }

    private void fireElement(Target.Element element) {
        if (draft.state(element) instanceof ElementState.Running) {
            abandon(element);
        } else {
            decider.fact(new Fact.TimerFired(element));
        }
    }

    private void nobodyAnswered(Target.Element element) {
        Duration timeout = task(element).work() instanceof Work.WaitFor wait ? wait.timeout() : null;
        giveUp(element, "no signal came" + within(timeout));
    }

    private void noEventCame(Target.Element element) {
        var event = task(element).onEvent();
        giveUp(element, "no event came" + within(event == null ? null : event.timeout()));
    }

    private void giveUp(Target.Element element, String message) {
        decider.fact(new Fact.GaveUp(element, Failure.permanent(FailureCode.TIMEOUT, message), null, Usage.NONE));
    }

    private static String within(@Nullable Duration timeout) {
        return timeout == null ? "" : " within " + DurationText.print(timeout);
    }

    private void phaseIsOver() {
        switch (draft.phase) {
            case RUNNING -> {
                String message = "the execution was not done by its deadline";
                decider.beginEnding(
                        new Ending(Ending.Kind.TIMED_OUT, FailureCode.EXECUTION_TIMEOUT, message, null), grace(), null);
            }
            case ENDING -> {
                if (draft.graceUntilMillis == ExecutionState.NEVER) {
                    decider.beginEnding(decider.ending(), grace(), null);
                } else {
                    abandonWhatRuns();
                }
            }
            case COMPENSATING -> abandonCompensation();
            case NEW, ENDED -> throw new IllegalStateException("phase " + draft.phase + " has no deadline");
        }
    }

    /** Counted from when agents are told: a grace that passed while nobody could tell them would be none. */
    private long grace() {
        return draft.atMillis + decider.rules().settings().cancelGrace().toMillis();
    }

    private void abandonWhatRuns() {
        List<Target> running = new ArrayList<>();
        new Running(draft).forEach((target, state) -> {
            if (!decider.attempts().isChild(target)) {
                running.add(target);
            }
        });
        running.forEach(this::abandon);
    }

    private void abandon(Target target) {
        String message = "it was told to stop and did not end within the grace; what became of it is unknown";
        decider.fact(new Fact.GaveUp(target, Failure.permanent(FailureCode.CANCELLED, message), null, Usage.NONE));
    }

    private void abandonCompensation() {
        Undoing undoing = draft.undoing;
        if (undoing == null) {
            throw new IllegalStateException("nothing is undone while compensating");
        }
        String message = "the compensation was not done by its deadline";
        Failure failure = Failure.permanent(FailureCode.COMPENSATION_TIMEOUT, message);
        for (int entry = 0; entry < undoing.entries().size(); entry++) {
            Target.Undo target = new Target.Undo(entry);
            if (draft.state(target) instanceof ElementState.Running running) {
                decider.effect(new Effect.Stop(new AttemptKey(target, running.fence())));
            }
            if (!Elements.over(draft.state(target))) {
                decider.fact(new Fact.GaveUp(target, failure, null, Usage.NONE));
            }
        }
    }

    private Task task(Target.Element element) {
        return decider.rules().plan().definition().tasks().get(element.task());
    }

    private static IllegalStateException nothingDue(Target.Element element) {
        return new IllegalStateException("nothing falls due for " + element);
    }
}
