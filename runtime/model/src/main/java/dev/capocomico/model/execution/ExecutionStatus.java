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

    @Override
    public String wireName() {
        return wireName;
    }
}
