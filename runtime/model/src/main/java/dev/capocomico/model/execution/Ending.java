package dev.capocomico.model.execution;

import org.jspecify.annotations.Nullable;

/**
 * How an execution ends, and why.
 *
 * @param task whose failure it was; null when no task is to blame
 */
public record Ending(
        Kind kind, String code, String message, @Nullable Integer task) {
    /** A reason to cancel may be of any length. */
    public Ending {
        code = FreeText.bounded(code, FreeText.CODE_MAX);
        message = FreeText.bounded(message, FreeText.SENTENCE_MAX);
    }

    /** The four ways to end. */
    public enum Kind {
        COMPLETED,
        FAILED,
        CANCELLED,
        TIMED_OUT;

        /** Of an execution that has ended so. */
        public ExecutionStatus status() {
            return switch (this) {
                case COMPLETED -> ExecutionStatus.COMPLETED;
                case FAILED -> ExecutionStatus.FAILED;
                case CANCELLED -> ExecutionStatus.CANCELLED;
                case TIMED_OUT -> ExecutionStatus.TIMED_OUT;
            };
        }
    }

    static final Ending COMPLETED = new Ending(Kind.COMPLETED, "COMPLETED", "every task is done", null);
}
