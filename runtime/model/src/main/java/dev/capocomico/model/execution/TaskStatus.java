package dev.capocomico.model.execution;

import dev.capocomico.model.wire.Wired;

/** Where a task stands, as users see it. */
public enum TaskStatus implements Wired {
    PENDING("pending"),
    QUEUED("queued"),
    RUNNING("running"),
    COMPLETED("completed"),
    FAILED("failed"),
    CANCELLED("cancelled"),
    TIMEOUT("timeout"),
    SKIPPED("skipped"),
    WAITING("waiting"),
    COMPENSATING("compensating"),
    COMPENSATED("compensated"),
    COMPENSATION_FAILED("compensation_failed");

    private final String wireName;

    TaskStatus(String wireName) {
        this.wireName = wireName;
    }

    @Override
    public String wireName() {
        return wireName;
    }
}
