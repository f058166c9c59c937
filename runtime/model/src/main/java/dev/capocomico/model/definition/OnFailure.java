package dev.capocomico.model.definition;

import dev.capocomico.model.wire.Wired;

/** What follows when a task has failed for good. */
public enum OnFailure implements Wired {
    FAIL("fail"),
    CONTINUE("continue"),
    COMPENSATE("compensate");

    private final String wireName;

    OnFailure(String wireName) {
        this.wireName = wireName;
    }

    @Override
    public String wireName() {
        return wireName;
    }
}
