package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.collection.Agenda;
import dev.capocomico.model.collection.Chunks;
import dev.capocomico.model.collection.Fifo;
import dev.capocomico.model.collection.LevelFifo;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of an execution. Built by {@link Evolution} from facts and by nobody else; never changed, only replaced.
 *
 * @param steps written so far; the number of the last one
 * @param startedAtMillis when it began; 0 before
 * @param unfinished tasks that are not over
 * @param inFlight attempts that run
 * @param childrenInFlight those of them that are child executions
 * @param bytesHeld how large all values are together that it holds or refers to; see {@link Held}
 * @param inputBytes how large the inputs of attempts are beside that
 * @param prompt what may be started and takes no agent, in order; an entry counts only while the state of its target agrees
 * @param ready what may be started as soon as there is a slot for it, by priority, likewise
 * @param agenda what falls due when; an entry counts only while the state of its target agrees
 * @param completions what is to be undone if the execution is, oldest first
 * @param ending how it will end, or has ended
 * @param doom how it must end, once it is not paused any more
 */
public record ExecutionState(
        long steps,
        long atMillis,
        Phase phase,
        boolean paused,
        long pausedSinceMillis,
        Fact.@Nullable Started started,
        long startedAtMillis,
        long deadlineMillis,
        long graceUntilMillis,
        int unfinished,
        int inFlight,
        int childrenInFlight,
        long bytesHeld,
        long inputBytes,
        Chunks<TaskState> tasks,
        Fifo<WorkItem> prompt,
        LevelFifo<WorkItem> ready,
        Agenda<Target> agenda,
        Signals signals,
        Fifo<Completion> completions,
        @Nullable Undoing undoing,
        @Nullable Ending ending,
        @Nullable Ending doom,
        @Nullable JsonNode output) {

    /** A time that does not come. */
    public static final long NEVER = Long.MAX_VALUE;

    /** The element that stands for a task that waits as a whole. */
    static final int WHOLE_TASK = -1;

    /** Nothing has happened yet. */
    public static final ExecutionState NEW = new ExecutionState(
            0,
            0,
            Phase.NEW,
            false,
            0,
            null,
            0,
            NEVER,
            NEVER,
            0,
            0,
            0,
            0,
            0,
            Chunks.ofSize(0),
            Fifo.empty(),
            LevelFifo.empty(),
            Agenda.empty(),
            Signals.NONE,
            Fifo.empty(),
            null,
            null,
            null,
            null);

    public ExecutionStatus status() {
        if (paused) {
            return ExecutionStatus.PAUSED;
        }
        return switch (phase) {
            case NEW -> ExecutionStatus.PLANNING;
            case RUNNING, ENDING -> ExecutionStatus.EXECUTING;
            case COMPENSATING -> ExecutionStatus.COMPENSATING;
            case ENDED -> ended();
        };
    }

    /** Whether it is over; only a retry can make it go on. */
    public boolean hasEnded() {
        return phase == Phase.ENDED;
    }

    private ExecutionStatus ended() {
        if (ending == null) {
            throw new IllegalStateException("ended without an ending");
        }
        return ending.kind().status();
    }

    /** How a task ended; null while it has not. */
    public @Nullable TaskStatus endOf(int task) {
        return stateOf(task) instanceof TaskState.Over over ? over.status() : null;
    }

    /** How many attempts at a target were begun; 0 when that is not known any more, because its task is over. */
    public int attemptsAt(Target target) {
        ElementState element =
                switch (target) {
                    case Target.Undo undo -> Elements.of(undoing, undo.entry());
                    case Target.Element one -> Elements.of(stateOf(one.task()), one.element());
                };
        return Elements.progress(element).attempts();
    }

    /** Null also before the start, when there are no tasks yet. */
    @Nullable TaskState stateOf(int task) {
        return task < tasks.size() ? tasks.get(task) : null;
    }

    /** What an attempt at the target does or undoes; null when nothing is being undone. */
    public Target.@Nullable Element elementOf(Target target) {
        return switch (target) {
            case Target.Element element -> element;
            case Target.Undo undo ->
                undoing == null ? null : undoing.entries().get(undo.entry()).element();
        };
    }
}
