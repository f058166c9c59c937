package dev.capocomico.engine;

import dev.capocomico.engine.store.QuarantineStore;
import dev.capocomico.model.execution.ExecutionKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which executions of the cluster cannot be recovered, as far as this node knows. What this node finds it knows at once, what others
 * find after the next {@link #refresh}. An execution that is not known here is tried, and found out again. Thread-safe.
 */
public final class Quarantine {
    /** Kept at hand; of more, only that they are as many. */
    private static final int KNOWN_MAX = 10_000;

    /**
     * Given up by this node for what nobody can explain, without another execution between them that was well. With more it is the
     * database, whatever it says.
     */
    static final int UNEXPLAINED_MAX = 10;

    private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);

    private final QuarantineStore store;
    private final Executor waiting;
    private final Map<ExecutionKey, String> reasons = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();
    private final Set<ExecutionKey> unexplained = ConcurrentHashMap.newKeySet();

    /** @param waiting threads that may wait for the database */
    public Quarantine(QuarantineStore store, Executor waiting) {
        this.store = store;
        this.waiting = waiting;
    }

    QuarantineStore store() {
        return store;
    }

    Executor waiting() {
        return waiting;
    }

    /** How many there are, up to a bound. Cheap. */
    public int size() {
        return reasons.size();
    }

    /** Why an execution is quarantined; null when it is not, as far as is known. Cheap. */
    @Nullable String reason(ExecutionKey key) {
        return reasons.get(key);
    }

    /** Whether it may be this execution's fault that something fails every time, and not the database's. */
    synchronized boolean mayGiveUp(ExecutionKey key) {
        return unexplained.contains(key) || (unexplained.size() < UNEXPLAINED_MAX && unexplained.add(key));
    }

    /** An execution was read and has decided something. Cheap. */
    void someIsWell() {
        if (!unexplained.isEmpty()) {
            unexplained.clear();
        }
    }

    void add(ExecutionKey key, String reason) {
        changes.incrementAndGet();
        if (reasons.size() < KNOWN_MAX) {
            reasons.put(key, reason);
        }
    }

    void remove(ExecutionKey key) {
        changes.incrementAndGet();
        reasons.remove(key);
    }

    /** Asks the store; blocks. Of a change that was made here meanwhile the answer does not know, so it is left to the next time. */
    public void refresh() {
        long before = changes.get();
        List<QuarantineStore.Entry> entries = store.newest(KNOWN_MAX);
        if (changes.get() != before) {
            return;
        }
        Map<ExecutionKey, String> found = new ConcurrentHashMap<>();
        entries.forEach(entry -> found.put(entry.key(), entry.reason()));
        reasons.keySet().retainAll(found.keySet());
        reasons.putAll(found);
    }

    /** The same, for a timer. */
    void refreshSoon() {
        waiting.execute(() -> {
            try {
                refresh();
            } catch (RuntimeException e) {
                // That the database is away is said elsewhere.
                LOG.debug("the quarantined executions could not be read", e);
            }
        });
    }
}
