package dev.capocomico;

import dev.capocomico.engine.AttemptFailure;
import dev.capocomico.model.execution.Failure;

/** Thrown by an {@link Agent} to say how its attempt has failed. */
public final class AgentFailure extends AttemptFailure {
    private static final long serialVersionUID = 1;

    private AgentFailure(Failure failure) {
        super(failure);
    }

    /** No other attempt would help: the task has failed. */
    public static AgentFailure permanent(String code, String message) {
        return new AgentFailure(new Failure(code, message, false));
    }

    /** Another attempt may help; whether it is made is for the task's policy to say. */
    public static AgentFailure temporary(String code, String message) {
        return new AgentFailure(new Failure(code, message, true));
    }
}
