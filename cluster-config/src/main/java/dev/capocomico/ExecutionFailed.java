package dev.capocomico;

import dev.capocomico.model.execution.Ending;
import org.jspecify.annotations.Nullable;

/** An execution has ended, and not completed. */
public final class ExecutionFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String executionId;
    private final Ending.Kind kind;
    private final String code;
    private final @Nullable String task;

    ExecutionFailed(String executionId, Ending ending, @Nullable String task) {
        super("execution \"%s\" %s: %s%s (%s)"
                .formatted(
                        executionId,
                        words(ending.kind()),
                        task == null ? "" : "task \"" + task + "\": ",
                        ending.message(),
                        ending.code()));
        this.executionId = executionId;
        this.kind = ending.kind();
        this.code = ending.code();
        this.task = task;
    }

    private static String words(Ending.Kind kind) {
        return switch (kind) {
            case COMPLETED -> "completed";
            case FAILED -> "failed";
            case CANCELLED -> "was cancelled";
            case TIMED_OUT -> "timed out";
        };
    }

    public String executionId() {
        return executionId;
    }

    /** Failed, cancelled or timed out. */
    public Ending.Kind kind() {
        return kind;
    }

    /** The code of the failure that ended it. */
    public String code() {
        return code;
    }

    /** The task whose failure it was; null when no task is to blame. */
    public @Nullable String task() {
        return task;
    }
}
