package dev.capocomico.persistence.wire;

import dev.capocomico.engine.store.Snapshot;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.Fact;

/** A snapshot that was read. */
record StoredState(ExecutionState state, int size) implements Snapshot {
    static StoredState read(String manifest, byte[] bytes) {
        return new StoredState(StateCodec.decode(manifest, bytes), bytes.length);
    }

    @Override
    public String planDigest() {
        Fact.Started started = state.started();
        if (started == null) {
            throw new IllegalStateException("a state that was read has a start");
        }
        return started.planDigest();
    }
}
