package dev.capocomico.engine;

import dev.capocomico.model.execution.Failure;
import java.util.Objects;

/** Thrown by an agent that knows how its attempt has failed. */
public class AttemptFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String code;
    private final boolean retryable;

    protected AttemptFailure(Failure failure) {
        super(failure.message());
        this.code = failure.code();
        this.retryable = failure.retryable();
    }

    public static AttemptFailure of(String code, String message, boolean retryable) {
        return new AttemptFailure(new Failure(code, message, retryable));
    }

    public final Failure failure() {
        return new Failure(code, Objects.requireNonNullElse(getMessage(), code), retryable);
    }
}
