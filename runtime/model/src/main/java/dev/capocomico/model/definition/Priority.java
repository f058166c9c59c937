package dev.capocomico.model.definition;

import dev.capocomico.model.wire.Wired;

/** How soon an attempt gets an agent, compared with others that wait for the same pool. */
public enum Priority implements Wired {
    CRITICAL("critical", 0),
    HIGH("high", 1),
    NORMAL("normal", 2),
    LOW("low", 3),
    BACKGROUND("background", 4);

    private final String wireName;
    private final int level;

    Priority(String wireName, int level) {
        this.wireName = wireName;
        this.level = level;
    }

    /** From 0; a lower number goes first. */
    public int level() {
        return level;
    }

    @Override
    public String wireName() {
        return wireName;
    }
}
