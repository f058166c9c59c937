package dev.capocomico.engine.store;

import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionState;

/**
 * Writes states of executions, so that a recovery need not begin with the first step. They are read with the journal, as a
 * {@link Snapshot}. What is lost here costs time and nothing else.
 */
public interface SnapshotStore {
    /**
     * Writes the state of an execution in place of older ones; blocks. The last step of the state must be in the journal.
     *
     * @return how many bytes it took
     */
    int write(ExecutionKey key, ExecutionState state);
}
