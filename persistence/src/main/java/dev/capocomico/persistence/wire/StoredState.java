package dev.capocomico.persistence.wire;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.engine.store.Snapshot;
import dev.capocomico.engine.store.StoredValues;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.Fact;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** A snapshot that was read. It is known to be readable; if it holds references, the bytes are read once more with what they stand for. */
final class StoredState implements Snapshot {
    private final byte[] bytes;
    private final ExecutionState read;
    private final List<JsonNode> references = new ArrayList<>();

    StoredState(String manifest, byte[] bytes) {
        this.bytes = bytes;
        this.read = StateCodec.decode(manifest, bytes, value -> {
            if (StoredValues.holdsReference(value)) {
                references.add(value);
            }
            return value;
        });
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public long step() {
        return read.steps();
    }

    @Override
    public int size() {
        return bytes.length;
    }

    @Override
    public String planDigest() {
        Fact.Started started = read.started();
        if (started == null) {
            throw new IllegalStateException("a state that was read has a start");
        }
        return started.planDigest();
    }

    @Override
    public List<JsonNode> references() {
        return references;
    }

    @Override
    public ExecutionState state(List<JsonNode> whole) {
        if (whole.size() != references.size()) {
            throw new IllegalArgumentException(
                    "there are %d references, and %d values for them".formatted(references.size(), whole.size()));
        }
        if (references.isEmpty()) {
            return read;
        }
        Iterator<JsonNode> next = whole.iterator();
        return StateCodec.decode(
                StateCodec.manifest(), bytes, value -> StoredValues.holdsReference(value) ? next.next() : value);
    }
}
