package dev.capocomico.engine;

import dev.capocomico.model.execution.ExecutionKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Which executions are in memory on this node, and not on their way out; which of them have work in flight; and whether the node stops.
 * Thread-safe.
 */
final class LiveFronts {
    private final Map<ExecutionKey, ActorRef<ExecutionMessage>> fronts = new ConcurrentHashMap<>();
    private final WorkInFlight work = new WorkInFlight();
    private volatile boolean stopping;

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

    /** From now on no execution is brought to life here, and those that live hand back what they have and leave. */
    void stop() {
        stopping = true;
        tellAll(FrontMessage.NodeStops.INSTANCE);
    }

    boolean stopping() {
        return stopping;
    }
}
