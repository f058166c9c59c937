package dev.capocomico.model.execution;

import dev.capocomico.model.wire.Wired;

/** Where an execution stands, as users see it. */
public enum ExecutionStatus implements Wired {
    PLANNING("planning"),
    EXECUTING("executing"),
    PAUSED("paused"),
    COMPENSATING("compensating"),
    COMPLETED("completed"),
    FAILED("failed"),
    CANCELLED("cancelled"),
    TIMED_OUT("timed_out");

    private final String wireName;

    ExecutionStatus(String wireName) {
        this.wireName = wireName;
    }

    /** Whether an execution that is in it is over. */
    public boolean isEnd() {
        return switch (this) {
            case PLANNING, EXECUTING, PAUSED, COMPENSATING -> false;
            case COMPLETED, FAILED, CANCELLED, TIMED_OUT -> true;
        };
    }

    @Override
    public String wireName() {
        return wireName;
    }
}
