package dev.capocomico.engine.store;

import dev.capocomico.model.execution.ExecutionState;

/** A state as it was written. It refers to large values, and nobody fetches them before they are looked into. */
public interface Snapshot {
    /** How many bytes it takes. */
    int size();

    /** What it was started with. */
    String planDigest();

    ExecutionState state();
}
