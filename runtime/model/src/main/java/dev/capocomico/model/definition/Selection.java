package dev.capocomico.model.definition;

import dev.capocomico.model.wire.Wired;

/** How a pool chooses among its members. */
public enum Selection implements Wired {
    LEAST_LOADED("least_loaded"),
    ROUND_ROBIN("round_robin"),
    WEIGHTED("weighted"),
    RANDOM("random"),
    STICKY("sticky");

    private final String wireName;

    Selection(String wireName) {
        this.wireName = wireName;
    }

    @Override
    public String wireName() {
        return wireName;
    }
}
