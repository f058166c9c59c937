package dev.capocomico.model.collection;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A queue that is never changed, only replaced. All operations take constant time on average. */
public final class Fifo<T> {
    private record Link<T>(T value, @Nullable Link<T> next) {}

    private static final Fifo<?> EMPTY = new Fifo<>(null, null, 0);

    private final @Nullable Link<T> front;
    private final @Nullable Link<T> back;
    private final int size;

    private Fifo(@Nullable Link<T> front, @Nullable Link<T> back, int size) {
        this.front = front;
        this.back = back;
        this.size = size;
    }

    @SuppressWarnings("unchecked") // it holds nothing
    public static <T> Fifo<T> empty() {
        return (Fifo<T>) EMPTY;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    public int size() {
        return size;
    }

    public Fifo<T> add(T value) {
        return front == null
                ? new Fifo<>(new Link<>(value, null), null, 1)
                : new Fifo<>(front, new Link<>(value, back), size + 1);
    }

    /** The oldest; null when there is none. */
    public @Nullable T peek() {
        return front == null ? null : front.value();
    }

    /** Without the oldest. */
    public Fifo<T> rest() {
        if (front == null) {
            throw new IllegalStateException("an empty queue has no rest");
        }
        if (front.next() != null) {
            return new Fifo<>(front.next(), back, size - 1);
        }
        Link<T> turned = null;
        for (Link<T> link = back; link != null; link = link.next()) {
            turned = new Link<>(link.value(), turned);
        }
        return new Fifo<>(turned, null, size - 1);
    }

    /** Looks at every entry. */
    public boolean contains(T value) {
        return holds(front, value) || holds(back, value);
    }

    private static <T> boolean holds(@Nullable Link<T> from, T value) {
        for (Link<T> link = from; link != null; link = link.next()) {
            if (link.value().equals(value)) {
                return true;
            }
        }
        return false;
    }

    /** Oldest first. */
    public List<T> toList() {
        List<T> newestFirst = new ArrayList<>();
        for (Link<T> link = back; link != null; link = link.next()) {
            newestFirst.add(link.value());
        }
        List<T> all = new ArrayList<>(size);
        for (Link<T> link = front; link != null; link = link.next()) {
            all.add(link.value());
        }
        all.addAll(newestFirst.reversed());
        return all;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Fifo<?> fifo
                && fifo.size == size
                && fifo.toList().equals(toList());
    }

    @Override
    public int hashCode() {
        return toList().hashCode();
    }

    @Override
    public String toString() {
        return toList().toString();
    }
}
