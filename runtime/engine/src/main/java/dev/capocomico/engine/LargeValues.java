package dev.capocomico.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.engine.ByteLeases.Lease;
import dev.capocomico.engine.probe.CrashPoint;
import dev.capocomico.engine.probe.Probe;
import dev.capocomico.engine.store.PayloadStore;
import dev.capocomico.engine.store.StoreException;
import dev.capocomico.engine.store.StoredValues;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ValueLimits;
import dev.capocomico.model.value.Measure;
import dev.capocomico.model.value.Reference;
import dev.capocomico.model.value.Values;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The large values of a node's executions: in memory only while something looks into them, and then within bounds. What was looked into last
 * is at hand for a while. Methods that reach the store block, and fail as {@link PayloadStore} does. Thread-safe.
 */
public final class LargeValues implements Values {
    /** A decision is made as soon as its values are here; should the execution be gone by then, this is how long they count. */
    private static final Duration DECISION_MAX = Duration.ofSeconds(10);

    /** What all of this may take of the heap, in parts of it. */
    private static final int CACHE_PART = 16;

    private static final int DECISIONS_PART = 8;
    private static final int AGENTS_PART = 4;

    private static final Duration PAUSE_MIN = Duration.ofMillis(200);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

    private final PayloadStore store;
    private final Probe probe;
    private final ByteLeases decisions;
    private final ByteLeases agents;
    private final long cacheBytesMax;
    private final Map<Reference, JsonNode> cache = new LinkedHashMap<>(16, 0.75f, true);
    private long cacheBytes;

    /** @param heapBytes how much memory the node has */
    public LargeValues(PayloadStore store, long heapBytes, Probe probe) {
        this.store = store;
        this.probe = probe;
        this.cacheBytesMax = heapBytes / CACHE_PART;
        this.decisions = new ByteLeases(heapBytes / DECISIONS_PART);
        this.agents = new ByteLeases(heapBytes / AGENTS_PART);
    }

    // --- At hand

    @Override
    public @Nullable JsonNode find(Reference reference) {
        synchronized (cache) {
            return cache.get(reference);
        }
    }

    private void remember(Reference reference, JsonNode value) {
        if (reference.size() > cacheBytesMax / 2 || value.isMissingNode()) {
            return;
        }
        synchronized (cache) {
            if (cache.put(reference, value) == null) {
                cacheBytes += reference.size();
            }
            var oldest = cache.entrySet().iterator();
            while (cacheBytes > cacheBytesMax) {
                cacheBytes -= oldest.next().getKey().size();
                oldest.remove();
            }
        }
    }

    // --- Kept

    /** See {@link PayloadStore#keep}. */
    List<JsonNode> keep(ExecutionKey key, List<JsonNode> values) {
        probe.at(CrashPoint.BEFORE_PAYLOAD_WRITE);
        List<JsonNode> slim = store.keep(key, values);
        probe.at(CrashPoint.AFTER_PAYLOAD_WRITE);
        for (int i = 0; i < slim.size(); i++) {
            if (slim.get(i).isBinary() && !values.get(i).isBinary()) {
                remember(Reference.of(slim.get(i)), values.get(i));
            }
        }
        return slim;
    }

    /**
     * Keeps what an agent came to, while its place is still taken: so agents cannot be faster than the store. When it cannot be kept, it comes
     * back whole, and whoever records it keeps it, or says why not.
     */
    JsonNode keepOutput(ExecutionKey key, JsonNode output) {
        try {
            boolean keeps =
                    StoredValues.isLarge(output) && ValueLimits.excess(output).isEmpty();
            return keeps ? keep(key, List.of(output)).getFirst() : output;
        } catch (RuntimeException e) {
            return output;
        }
    }

    void copy(ExecutionKey from, ExecutionKey to, JsonNode value) {
        store.copy(from, to, value);
    }

    // --- Fetched

    /** What one decision looks into, at hand until the decision is made. */
    static final class Opened implements Values, AutoCloseable {
        private final Map<Reference, JsonNode> opened;
        private final Values others;
        private final Lease lease;

        private Opened(Map<Reference, JsonNode> opened, Values others, Lease lease) {
            this.opened = opened;
            this.others = others;
            this.lease = lease;
        }

        @Override
        public @Nullable JsonNode find(Reference reference) {
            JsonNode found = opened.get(reference);
            return found == null ? others.find(reference) : found;
        }

        /** With what else is needed: all of it has to be had anew, so that nobody holds some while waiting for more. */
        Set<Reference> with(Set<Reference> more) {
            Set<Reference> all = new HashSet<>(opened.keySet());
            all.addAll(more);
            return all;
        }

        @Override
        public void close() {
            lease.close();
        }
    }

    /** For a decision; waits until there is room for them. What cannot be had is a missing node. */
    Opened open(ExecutionKey key, Set<Reference> references) {
        Lease lease =
                take(decisions, references.stream().mapToLong(Reference::size).sum());
        try {
            Map<Reference, JsonNode> opened = new HashMap<>();
            for (Reference reference : references) {
                JsonNode found = find(reference);
                if (found != null) {
                    opened.put(reference, found);
                }
            }
            Set<Reference> away = new HashSet<>(references);
            away.removeAll(opened.keySet());
            if (!away.isEmpty()) {
                store.open(key, away).forEach((reference, value) -> {
                    remember(reference, value);
                    opened.put(reference, value);
                });
            }
            lease.closeAfter(DECISION_MAX);
            return new Opened(opened, this, lease);
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    /** What an agent works with, until it has ended. */
    record Input(JsonNode whole, @Nullable Lease lease) implements AutoCloseable {
        @Override
        public void close() {
            if (lease != null) {
                lease.close();
            }
        }
    }

    /**
     * For an agent that is about to begin: waits until there is room, and for a database that is away.
     *
     * @throws dev.capocomico.engine.store.ValueLostException if it cannot be had
     */
    Input input(ExecutionKey key, JsonNode held) throws InterruptedException {
        if (!Reference.isIn(held)) {
            return new Input(held, null);
        }
        Lease lease = agents.take(Measure.size(held));
        boolean given = false;
        try {
            Duration pause = PAUSE_MIN;
            while (true) {
                try {
                    Input input = new Input(store.whole(key, held), lease);
                    given = true;
                    return input;
                } catch (StoreException e) {
                    Thread.sleep(pause);
                    pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause.multipliedBy(2);
                }
            }
        } finally {
            if (!given) {
                lease.close();
            }
        }
    }

    /** A whole value, however large; for those who have asked for it. See {@link PayloadStore#whole}. */
    public JsonNode whole(ExecutionKey key, JsonNode held) {
        return store.whole(key, held);
    }

    private static Lease take(ByteLeases leases, long bytes) {
        try {
            return leases.take(bytes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("large values were not asked for", new SQLException("the node stops", e));
        }
    }
}
