package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.collection.Fifo;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Signals that came before anybody waited for them, and tasks that wait for a signal that has not come. Of one name there is
 * never both. The maps are as small as the definition has names of signals, and are copied.
 *
 * @param held of all names together
 * @param keys of the last signals that had one
 */
public record Signals(
        Map<String, Fifo<JsonNode>> early, Map<String, Fifo<Integer>> waiting, int held, Fifo<String> keys) {
    /** How many signals an execution holds that nobody waits for. */
    static final int HELD_MAX = 10_000;

    /** How many keys of signals an execution remembers; beyond that the oldest is forgotten. */
    static final int KEYS_MAX = 10_000;

    static final Signals NONE = new Signals(Map.of(), Map.of(), 0, Fifo.empty());

    Fifo<JsonNode> early(String name) {
        return early.getOrDefault(name, Fifo.empty());
    }

    Fifo<Integer> waiting(String name) {
        return waiting.getOrDefault(name, Fifo.empty());
    }

    boolean knows(@Nullable String key) {
        return key != null && keys.contains(key);
    }

    Signals remember(@Nullable String key) {
        if (key == null) {
            return this;
        }
        Fifo<String> bounded = keys.size() < KEYS_MAX ? keys : keys.rest();
        return new Signals(early, waiting, held, bounded.add(key));
    }

    Signals hold(String name, JsonNode payload) {
        return new Signals(with(early, name, early(name).add(payload)), waiting, held + 1, keys);
    }

    Signals takeEarly(String name) {
        return new Signals(with(early, name, early(name).rest()), waiting, held - 1, keys);
    }

    Signals await(String name, int task) {
        return new Signals(early, with(waiting, name, waiting(name).add(task)), held, keys);
    }

    /** Without tasks in front that do not wait any more, because they were cancelled or nobody answered in time. */
    Signals withoutThoseWhoLeft(String name, Draft draft) {
        Fifo<Integer> queue = waiting(name);
        while (queue.peek() != null && !(draft.tasks.get(queue.peek()) instanceof TaskState.AwaitingSignal)) {
            queue = queue.rest();
        }
        return queue.size() == waiting(name).size() ? this : new Signals(early, with(waiting, name, queue), held, keys);
    }

    Signals withoutFirstWaiting(String name) {
        return new Signals(early, with(waiting, name, waiting(name).rest()), held, keys);
    }

    Signals nobodyWaits() {
        return new Signals(early, Map.of(), held, keys);
    }

    private static <T> Map<String, Fifo<T>> with(Map<String, Fifo<T>> map, String name, Fifo<T> queue) {
        Map<String, Fifo<T>> copy = new HashMap<>(map);
        if (queue.isEmpty()) {
            copy.remove(name);
        } else {
            copy.put(name, queue);
        }
        return Map.copyOf(copy);
    }
}
