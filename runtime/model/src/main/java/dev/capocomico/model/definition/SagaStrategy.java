package dev.capocomico.model.definition;

import dev.capocomico.model.wire.Wired;

/** In which order completed tasks are compensated. */
public enum SagaStrategy implements Wired {
    BACKWARD("backward"),
    FORWARD("forward"),
    PARALLEL("parallel");

    private final String wireName;

    SagaStrategy(String wireName) {
        this.wireName = wireName;
    }

    @Override
    public String wireName() {
        return wireName;
    }
}
