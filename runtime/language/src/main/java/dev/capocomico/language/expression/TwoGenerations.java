package dev.capocomico.language.expression;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A bounded cache for many threads. When the young generation is full it becomes the old one; what is asked for again is
 * taken over, the rest goes with the next change.
 */
final class TwoGenerations<K, V> {
    private final int youngMax;
    private volatile ConcurrentHashMap<K, V> young = new ConcurrentHashMap<>();
    private volatile ConcurrentHashMap<K, V> old = new ConcurrentHashMap<>();

    TwoGenerations(int entriesMax) {
        this.youngMax = Math.max(1, entriesMax / 2);
    }

    /** Made outside of any lock: two threads may both make it, and one is kept. */
    V get(K key, Function<K, V> make) {
        @Nullable V known = young.get(key);
        if (known != null) {
            return known;
        }
        V value = old.get(key);
        return put(key, value != null ? value : make.apply(key));
    }

    private V put(K key, V value) {
        if (young.size() >= youngMax) {
            synchronized (this) {
                if (young.size() >= youngMax) {
                    old = young;
                    young = new ConcurrentHashMap<>();
                }
            }
        }
        V earlier = young.putIfAbsent(key, value);
        return earlier != null ? earlier : value;
    }

    int size() {
        return young.size() + old.size();
    }
}
