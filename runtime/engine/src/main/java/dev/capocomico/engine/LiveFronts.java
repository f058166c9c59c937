package dev.capocomico.engine;

import dev.capocomico.model.execution.ExecutionKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;

/** Which executions are in memory on this node, and not on their way out; and which of them have work in flight. Thread-safe. */
final class LiveFronts {
    private final Map<ExecutionKey, ActorRef<ExecutionMessage>> fronts = new ConcurrentHashMap<>();
    private final WorkInFlight work = new WorkInFlight();

    void add(ExecutionKey key, ActorRef<ExecutionMessage> front) {
        fronts.put(key, front);
    }

    void remove(ExecutionKey key) {
        fronts.remove(key);
        work.rests(key);
    }

    int count() {
        return fronts.size();
    }

    boolean contains(ExecutionKey key) {
        return fronts.containsKey(key);
    }

    void tellAll(FrontMessage message) {
        fronts.values().forEach(front -> front.tell(message));
    }

    WorkInFlight work() {
        return work;
    }
}
