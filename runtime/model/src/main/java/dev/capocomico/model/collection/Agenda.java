package dev.capocomico.model.collection;

import org.jspecify.annotations.Nullable;

/**
 * Entries by time, never changed, only replaced: a leftist heap. Entries of one time come out in the order in which they went
 * in. There is no way to take out an entry but the first: whoever looks at it knows whether it still matters.
 */
public final class Agenda<T> {
    /** One entry, and how many went in before it. */
    public record Entry<T>(long atMillis, long number, T value) {
        boolean before(Entry<T> other) {
            return atMillis != other.atMillis ? atMillis < other.atMillis : number < other.number;
        }
    }

    private record Heap<T>(
            Entry<T> first,
            int rank,
            @Nullable Heap<T> left,
            @Nullable Heap<T> right) {}

    private static final Agenda<?> EMPTY = new Agenda<>(null, 0);

    private final @Nullable Heap<T> heap;
    private final long added;

    private Agenda(@Nullable Heap<T> heap, long added) {
        this.heap = heap;
        this.added = added;
    }

    @SuppressWarnings("unchecked") // it holds nothing
    public static <T> Agenda<T> empty() {
        return (Agenda<T>) EMPTY;
    }

    public Agenda<T> add(long atMillis, T value) {
        Heap<T> single = new Heap<>(new Entry<>(atMillis, added, value), 1, null, null);
        return new Agenda<>(merge(heap, single), added + 1);
    }

    public @Nullable Entry<T> first() {
        return heap == null ? null : heap.first();
    }

    public Agenda<T> withoutFirst() {
        if (heap == null) {
            throw new IllegalStateException("an empty agenda has no first entry");
        }
        return new Agenda<>(merge(heap.left(), heap.right()), added);
    }

    /** Recursion is as deep as the right spine, which is logarithmic. */
    private static <T> @Nullable Heap<T> merge(@Nullable Heap<T> one, @Nullable Heap<T> other) {
        if (one == null) {
            return other;
        }
        if (other == null) {
            return one;
        }
        boolean oneFirst = one.first().before(other.first());
        Heap<T> top = oneFirst ? one : other;
        Heap<T> under = oneFirst ? other : one;
        Heap<T> merged = merge(top.right(), under);
        Heap<T> left = top.left();
        return rank(left) >= rank(merged)
                ? new Heap<>(top.first(), rank(merged) + 1, left, merged)
                : new Heap<>(top.first(), rank(left) + 1, merged, left);
    }

    private static int rank(@Nullable Heap<?> heap) {
        return heap == null ? 0 : heap.rank();
    }
}
