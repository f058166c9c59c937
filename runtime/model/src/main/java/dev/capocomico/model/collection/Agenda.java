package dev.capocomico.model.collection;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
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

    /** All entries, in the order in which they would come out. */
    public List<Entry<T>> toList() {
        List<Entry<T>> entries = new ArrayList<>();
        Deque<Heap<T>> open = new ArrayDeque<>();
        push(open, heap);
        while (!open.isEmpty()) {
            Heap<T> top = open.pop();
            entries.add(top.first());
            push(open, top.left());
            push(open, top.right());
        }
        entries.sort(Comparator.<Entry<T>>comparingLong(Entry::atMillis).thenComparingLong(Entry::number));
        return entries;
    }

    private static <T> void push(Deque<Heap<T>> open, @Nullable Heap<T> heap) {
        if (heap != null) {
            open.push(heap);
        }
    }

    /** Two are equal when the same comes out of them in the same order, and will for whatever goes in from now on. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Agenda<?> agenda && values(agenda).equals(values(this));
    }

    @Override
    public int hashCode() {
        return values(this).hashCode();
    }

    @Override
    public String toString() {
        return values(this).toString();
    }

    /** Without the numbers: they say only in which order entries of one time went in, and so does the list. */
    private static <T> List<List<Object>> values(Agenda<T> agenda) {
        List<List<Object>> values = new ArrayList<>();
        agenda.toList().forEach(entry -> values.add(List.of(entry.atMillis(), entry.value())));
        return values;
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
