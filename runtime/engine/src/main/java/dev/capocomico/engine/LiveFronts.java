package dev.capocomico.engine;

import dev.capocomico.model.execution.ExecutionKey;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which executions are in memory on this node, and not on their way out; and which of them have work in flight. Thread-safe. */
final class LiveFronts {
    private final Set<ExecutionKey> keys = ConcurrentHashMap.newKeySet();
    private final WorkInFlight work = new WorkInFlight();

    void add(ExecutionKey key) {
        keys.add(key);
    }

    void remove(ExecutionKey key) {
        keys.remove(key);
        work.rests(key);
    }

    int count() {
        return keys.size();
    }

    boolean contains(ExecutionKey key) {
        return keys.contains(key);
    }

    WorkInFlight work() {
        return work;
    }
}
