package dev.capocomico.engine;

import dev.capocomico.model.execution.ExecutionKey;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Which executions are in memory on this node, and not on their way out. Thread-safe. */
final class LiveFronts {
    private final Set<ExecutionKey> keys = ConcurrentHashMap.newKeySet();

    /** By tenant; who once had one is remembered, with none. */
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();

    void add(ExecutionKey key) {
        if (keys.add(key)) {
            counts.computeIfAbsent(key.tenant(), tenant -> new AtomicInteger()).incrementAndGet();
        }
    }

    void remove(ExecutionKey key) {
        AtomicInteger count = counts.get(key.tenant());
        if (keys.remove(key) && count != null) {
            count.decrementAndGet();
        }
    }

    int count(String tenant) {
        AtomicInteger count = counts.get(tenant);
        return count == null ? 0 : count.get();
    }

    int count() {
        return keys.size();
    }

    boolean contains(ExecutionKey key) {
        return keys.contains(key);
    }
}
