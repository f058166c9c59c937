package dev.capocomico.model.history;

import dev.capocomico.model.wire.Wired;
import java.util.Locale;

/** What an entry of the history is about. The names are promised to users. */
public enum HistoryEvent implements Wired {
    EXECUTION_STARTED,
    EXECUTION_PAUSED,
    EXECUTION_RESUMED,
    EXECUTION_RETRIED,
    /** It is known how the execution ends; what runs may still end. */
    EXECUTION_ENDING,
    COMPENSATION_STARTED,
    EXECUTION_COMPLETED,
    EXECUTION_FAILED,
    EXECUTION_CANCELLED,
    EXECUTION_TIMED_OUT,

    TASK_FANNED_OUT,
    TASK_WAITING,
    TASK_SLEEPING,
    TASK_CANCEL_REQUESTED,
    TASK_COMPLETED,
    TASK_SKIPPED,
    TASK_FAILED,
    TASK_TIMED_OUT,
    TASK_CANCELLED,
    ELEMENT_COMPLETED,
    ELEMENT_FAILED,

    ATTEMPT_STARTED,
    ATTEMPT_FAILED,
    ATTEMPT_LOST,
    /** The node that had it stopped as planned. */
    ATTEMPT_HANDED_BACK,
    ITERATION_COMPLETED,
    DELAY_OVER,

    UNDO_STARTED,
    UNDO_ATTEMPT_FAILED,
    UNDO_ATTEMPT_LOST,
    UNDO_ATTEMPT_HANDED_BACK,
    UNDO_DELAY_OVER,
    UNDONE,
    UNDO_FAILED,

    SIGNAL_RECEIVED,
    EVENT_RECEIVED;

    @Override
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
