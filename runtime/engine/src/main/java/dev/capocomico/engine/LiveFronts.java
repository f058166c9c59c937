package dev.capocomico.engine;

import dev.capocomico.model.execution.ExecutionKey;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which executions are in memory on this node, and not on their way out. Thread-safe. */
final class LiveFronts {
    private final Set<ExecutionKey> keys = ConcurrentHashMap.newKeySet();

    void add(ExecutionKey key) {
        keys.add(key);
    }

    void remove(ExecutionKey key) {
        keys.remove(key);
    }

    int count() {
        return keys.size();
    }

    boolean contains(ExecutionKey key) {
        return keys.contains(key);
    }
}
