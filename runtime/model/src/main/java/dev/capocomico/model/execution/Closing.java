package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.capocomico.model.collection.Agenda;
import dev.capocomico.model.collection.Chunks;
import dev.capocomico.model.collection.Fifo;
import dev.capocomico.model.collection.LevelFifo;
import dev.capocomico.model.definition.FaultTolerance;
import dev.capocomico.model.definition.SagaStrategy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The way to the end once it is known: what is left undone, and what is to be undone. */
final class Closing {
    private final FaultTolerance faultTolerance;
    private final Draft draft;
    private final Lines lines;
    private final TaskEnds ends;

    Closing(FaultTolerance faultTolerance, Draft draft, Lines lines, TaskEnds ends) {
        this.faultTolerance = faultTolerance;
        this.draft = draft;
        this.lines = lines;
        this.ends = ends;
    }

    void begin(Fact.EndingBegan began) {
        boolean first = draft.phase == Phase.RUNNING;
        draft.phase = Phase.ENDING;
        draft.ending = began.ending();
        draft.doom = null;
        draft.graceUntilMillis = began.graceUntilMillis();
        if (first) {
            draft.ready = LevelFifo.empty();
            draft.prompt = Fifo.empty();
            draft.agenda = Agenda.empty();
            draft.signals = draft.signals.nobodyWaits();
            for (int task = 0; task < draft.tasks.size(); task++) {
                leave(task);
            }
        }
    }

    private void leave(int task) {
        TaskState state = draft.tasks.get(task);
        TaskState.Fan fan = TaskState.fanOf(state);
        if (fan != null) {
            leaveAll(task, fan.elements());
        } else if (state instanceof TaskState.Single single) {
            leave(new Target.Element(task, 0), single.element());
        }
    }

    private void leaveAll(int task, Chunks<ElementState> elements) {
        for (int element = 0; element < elements.size(); element++) {
            ElementState state = elements.get(element);
            if (state != null) {
                leave(new Target.Element(task, element), state);
            }
        }
    }

    /** What would have been tried again is not, so nobody will ever know what its last attempt did. */
    private void leave(Target.Element element, ElementState state) {
        if (Elements.waits(state) && Elements.progress(state).unknown()) {
            ends.remember(element, NullNode.instance);
        }
        if (state instanceof ElementState.Running running && running.stopByMillis() != null) {
            lines.remind(element, running.stopByMillis());
        }
    }

    void beginCompensation(long deadlineMillis) {
        draft.phase = Phase.COMPENSATING;
        List<Completion> newestFirst = newestFirst(draft.completions);
        boolean backward = faultTolerance.strategy() == SagaStrategy.BACKWARD;
        List<Completion> entries = List.copyOf(backward ? newestFirst : newestFirst.reversed());
        draft.undoing = new Undoing(entries, Chunks.ofSize(entries.size()), 0, 0, 0, false, deadlineMillis);
        draft.completions = Fifo.empty();
    }

    /** Once each: what ended unknown, was retried and then succeeded is remembered twice, and the last time counts. */
    private static List<Completion> newestFirst(Fifo<Completion> completions) {
        List<Completion> entries = new ArrayList<>();
        Set<Target.Element> seen = new HashSet<>();
        for (Completion completion : completions.toList().reversed()) {
            if (seen.add(completion.element())) {
                entries.add(completion);
            }
        }
        return entries;
    }

    /** Nobody waits for it any more: what runs is told to stop, and may say how it ended until its grace is over. */
    void cancelTask(int task, Failure failure, Fans fans, CancelledElement cancelled) {
        switch (draft.tasks.get(task)) {
            case TaskState.Single single -> cancelled.cancel(new Target.Element(task, 0), single.element());
            case TaskState.Fan fan -> {
                fans.put(task, fan.failed(failure, true));
                ends.doom(task, failure);
                // Elements that wait for another attempt need nothing: the fan-out was stopped, so they get none.
                for (int element = 0; element < fan.count(); element++) {
                    if (fan.elements().get(element) instanceof ElementState.Running running) {
                        cancelled.cancel(new Target.Element(task, element), running);
                    }
                }
                fans.endIfOver(task);
            }
            case TaskState.Blocked blocked -> ends.failed(task, failure);
            case TaskState.Ready ready -> ends.failed(task, failure);
            case TaskState.AwaitingEvent waiting -> ends.failed(task, failure);
            case TaskState.AwaitingSignal waiting -> ends.failed(task, failure);
            case TaskState.Sleeping sleeping -> ends.failed(task, failure);
            case TaskState.Over over -> throw new IllegalStateException("task " + task + " is over, and was cancelled");
            case null -> ends.failed(task, failure);
        }
    }

    /** What becomes of one element of a task that was cancelled. */
    interface CancelledElement {
        void cancel(Target.Element element, ElementState before);
    }
}
