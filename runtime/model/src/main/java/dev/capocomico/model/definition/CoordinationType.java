package dev.capocomico.model.definition;

import dev.capocomico.model.wire.Wired;

/** What decides that a task may start: the graph, events, or both. */
public enum CoordinationType implements Wired {
    GRAPH("graph"),
    EVENT_DRIVEN("event_driven"),
    HYBRID("hybrid");

    private final String wireName;

    CoordinationType(String wireName) {
        this.wireName = wireName;
    }

    @Override
    public String wireName() {
        return wireName;
    }
}
