package dev.capocomico.model.collection;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A queue with levels that is never changed, only replaced: the lowest number first, first in first out within a level. All operations
 * take constant time on average for a fixed number of levels. It is a chain of the levels that are in use, usually one.
 *
 * <p>What was read back from a list stands in the order of the list, and before all else, until it is {@link #sorted}. Two are equal when
 * they hold the same in the same order.
 */
public final class LevelFifo<T> {
    /** Of what was read back, whose levels only somebody else knows. */
    private static final int UNKNOWN = -1;

    private static final LevelFifo<?> EMPTY = new LevelFifo<>(Integer.MAX_VALUE, Fifo.empty(), null);

    private final int level;
    private final Fifo<T> first;
    private final @Nullable LevelFifo<T> others;

    private LevelFifo(int level, Fifo<T> first, @Nullable LevelFifo<T> others) {
        this.level = level;
        this.first = first;
        this.others = others;
    }

    @SuppressWarnings("unchecked") // it holds nothing
    public static <T> LevelFifo<T> empty() {
        return (LevelFifo<T>) EMPTY;
    }

    /** As {@link #toList} of another one has listed it. */
    public static <T> LevelFifo<T> readBack(List<T> inOrder) {
        Fifo<T> all = Fifo.empty();
        for (T value : inOrder) {
            all = all.add(value);
        }
        return all.isEmpty() ? empty() : new LevelFifo<>(UNKNOWN, all, null);
    }

    public boolean isEmpty() {
        return first.isEmpty();
    }

    /**
     * With one more, behind all others of its level.
     *
     * @param of the level, from 0
     */
    public LevelFifo<T> add(int of, T value) {
        if (isEmpty()) {
            return new LevelFifo<>(of, Fifo.<T>empty().add(value), null);
        }
        if (of == level) {
            return new LevelFifo<>(level, first.add(value), others);
        }
        if (of < level) {
            return new LevelFifo<>(of, Fifo.<T>empty().add(value), this);
        }
        return new LevelFifo<>(level, first, (others == null ? LevelFifo.<T>empty() : others).add(of, value));
    }

    /** The oldest of the first level; null when there is nothing. */
    public @Nullable T peek() {
        return first.peek();
    }

    /** Without {@link #peek}. */
    public LevelFifo<T> rest() {
        Fifo<T> rest = first.rest();
        if (!rest.isEmpty()) {
            return new LevelFifo<>(level, rest, others);
        }
        return others == null ? empty() : others;
    }

    /** With {@link #peek} behind all others of its level. */
    public LevelFifo<T> firstGivesWay() {
        T value = first.peek();
        return value == null || first.size() == 1
                ? this
                : new LevelFifo<>(level, first.rest().add(value), others);
    }

    /** What was read back is put to its levels; nothing else changes. */
    public LevelFifo<T> sorted(ToIntFunction<T> levelOf) {
        if (level != UNKNOWN) {
            return this;
        }
        LevelFifo<T> sorted = empty();
        for (T value : toList()) {
            sorted = sorted.add(levelOf.applyAsInt(value), value);
        }
        return sorted;
    }

    /** In order. */
    public List<T> toList() {
        List<T> all = new ArrayList<>();
        for (LevelFifo<T> each = this; each != null; each = each.others) {
            all.addAll(each.first.toList());
        }
        return all;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LevelFifo<?> queue && queue.toList().equals(toList());
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
