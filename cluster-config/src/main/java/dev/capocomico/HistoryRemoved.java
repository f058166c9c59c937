package dev.capocomico;

import dev.capocomico.model.execution.ExecutionStatus;

/**
 * An execution ended so long ago that its history was removed, and with it what was asked for: its tasks, or an output that was too
 * large for the summary. How it ended is still known.
 */
public final class HistoryRemoved extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ExecutionStatus status;

    HistoryRemoved(String executionId, ExecutionStatus status, String what) {
        super("execution \"%s\" is %s; its history was kept for as long as the configuration says, and %s with it"
                .formatted(executionId, status.wireName(), what));
        this.status = status;
    }

    /** How it ended. */
    public ExecutionStatus status() {
        return status;
    }
}
