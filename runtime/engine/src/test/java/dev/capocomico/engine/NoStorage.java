package dev.capocomico.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.engine.probe.Probe;
import dev.capocomico.engine.store.Archive;
import dev.capocomico.engine.store.PayloadStore;
import dev.capocomico.engine.store.SnapshotStore;
import dev.capocomico.engine.store.StepLog;
import dev.capocomico.engine.store.Storage;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.value.Reference;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** For executions whose values are small and whose lives are short. */
final class NoStorage implements PayloadStore, SnapshotStore, Archive {
    static Storage create(StepLog steps) {
        NoStorage none = new NoStorage();
        return new Storage(new LargeValues(none, 1 << 20, Probe.NONE), none, none, steps);
    }

    @Override
    public List<JsonNode> keep(ExecutionKey key, List<JsonNode> values) {
        throw new IllegalStateException("there is nowhere to keep large values");
    }

    @Override
    public Map<Reference, JsonNode> open(ExecutionKey key, Collection<Reference> references) {
        throw new IllegalStateException("no large values were kept");
    }

    @Override
    public JsonNode whole(ExecutionKey key, JsonNode value) {
        return value;
    }

    @Override
    public void copy(ExecutionKey from, ExecutionKey to, JsonNode value) {
        throw new IllegalStateException("no large values were kept");
    }

    @Override
    public int write(ExecutionKey key, ExecutionState state) {
        throw new IllegalStateException("there is nowhere to put snapshots");
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public int removeEndedBefore(Instant time, int limit) {
        return 0;
    }

    @Override
    public Optional<Summary> find(ExecutionKey key) {
        return Optional.empty();
    }
}
