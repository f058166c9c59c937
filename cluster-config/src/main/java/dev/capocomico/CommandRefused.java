package dev.capocomico;

import dev.capocomico.model.execution.Refusal;

/** An execution would not do what it was asked for. It has changed nothing, and would not if it were asked again now. */
public final class CommandRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Refusal.Code code;

    CommandRefused(Refusal refusal) {
        super(refusal.message());
        this.code = refusal.code();
    }

    public Refusal.Code code() {
        return code;
    }
}
