package dev.capocomico.model.definition;

import dev.capocomico.model.wire.Wired;

/** How soon an attempt gets an agent, compared with others that wait for the same pool. */
public enum Priority implements Wired {
    CRITICAL("critical"),
    HIGH("high"),
    NORMAL("normal"),
    LOW("low"),
    BACKGROUND("background");

    private final String wireName;

    Priority(String wireName) {
        this.wireName = wireName;
    }

    @Override
    public String wireName() {
        return wireName;
    }
}
