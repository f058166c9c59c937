package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.collection.Agenda;
import dev.capocomico.model.collection.Chunks;
import dev.capocomico.model.collection.Fifo;
import dev.capocomico.model.collection.LevelFifo;
import org.jspecify.annotations.Nullable;

/** A state while the facts of one step are put into it. Lives no longer than that; for one thread. */
final class Draft {
    final long step;
    final long atMillis;
    Phase phase;
    boolean paused;
    long pausedSinceMillis;
    Fact.@Nullable Started started;
    long startedAtMillis;
    long deadlineMillis;
    long graceUntilMillis;
    int unfinished;
    int inFlight;
    int childrenInFlight;
    long bytesHeld;
    long inputBytes;
    Chunks.Editor<TaskState> tasks;
    Fifo<WorkItem> prompt;
    LevelFifo<WorkItem> ready;
    Agenda<Target> agenda;
    Signals signals;
    Fifo<Completion> completions;

    @Nullable Undoing undoing;

    @Nullable Ending ending;

    @Nullable Ending doom;

    @Nullable JsonNode output;

    // The number is that which the step will have.
    Draft(ExecutionState from, long step, long atMillis) {
        this.step = step;
        this.atMillis = atMillis;
        this.phase = from.phase();
        this.paused = from.paused();
        this.pausedSinceMillis = from.pausedSinceMillis();
        this.started = from.started();
        this.startedAtMillis = from.startedAtMillis();
        this.deadlineMillis = from.deadlineMillis();
        this.graceUntilMillis = from.graceUntilMillis();
        this.unfinished = from.unfinished();
        this.inFlight = from.inFlight();
        this.childrenInFlight = from.childrenInFlight();
        this.bytesHeld = from.bytesHeld();
        this.inputBytes = from.inputBytes();
        this.tasks = from.tasks().edit();
        this.prompt = from.prompt();
        this.ready = from.ready();
        this.agenda = from.agenda();
        this.signals = from.signals();
        this.completions = from.completions();
        this.undoing = from.undoing();
        this.ending = from.ending();
        this.doom = from.doom();
        this.output = from.output();
    }

    @Nullable ElementState state(Target target) {
        return switch (target) {
            case Target.Undo undo -> Elements.of(undoing, undo.entry());
            case Target.Element element -> Elements.of(tasks.get(element.task()), element.element());
        };
    }

    /** Sets the state of a task, and counts what it holds. Elements of a fan-out are counted by those who set them. */
    void put(int task, TaskState state) {
        TaskState before = tasks.get(task);
        boolean goesOn = state instanceof TaskState.Fan && before instanceof TaskState.Fan;
        if (!goesOn) {
            bytesHeld += Held.by(state) - Held.by(before);
            inputBytes += Held.inputOf(state) - Held.inputOf(before);
        }
        tasks.set(task, state);
    }

    Fact.Started begun() {
        if (started == null) {
            throw new IllegalStateException("the execution was not started yet");
        }
        return started;
    }

    /** As expressions see it: a task that others may look at is over. */
    TaskStatus taskStatus(int task) {
        return tasks.get(task) instanceof TaskState.Over over ? over.status() : TaskStatus.PENDING;
    }

    ExecutionState freeze() {
        return new ExecutionState(
                step,
                atMillis,
                phase,
                paused,
                pausedSinceMillis,
                started,
                startedAtMillis,
                deadlineMillis,
                graceUntilMillis,
                unfinished,
                inFlight,
                childrenInFlight,
                bytesHeld,
                inputBytes,
                tasks.freeze(),
                prompt,
                ready,
                agenda,
                signals,
                completions,
                undoing,
                ending,
                doom,
                output);
    }
}
