package dev.capocomico.engine;

import dev.capocomico.model.definition.Priority;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait: by priority, first come first served within one, and nobody for ever. Each level has a head start over the next of
 * {@link #HEAD_START}, and no more: who has waited longer than that for somebody more urgent counts as just as urgent. So a
 * {@code background} job waits at most four head starts longer than a {@code critical} one that came when it did.
 *
 * <p>Not thread-safe.
 */
final class Line<T> {
    static final Duration HEAD_START = Duration.ofSeconds(10);

    private static final Map<Priority, Long> HANDICAP_NANOS = handicaps();

    /** @param turnNanos the smaller, the sooner; a difference to others only, as the clock has no zero */
    private record Place<T>(T who, long turnNanos, long number) {}

    private final PriorityQueue<Place<T>> places = new PriorityQueue<>(Line::compare);
    private long number;

    /** @param sinceNanos when they came, on the clock of all others in the line */
    void add(Priority priority, long sinceNanos, T who) {
        places.add(new Place<>(who, sinceNanos + HANDICAP_NANOS.getOrDefault(priority, 0L), number++));
    }

    @Nullable T peek() {
        Place<T> first = places.peek();
        return first == null ? null : first.who();
    }

    /** Whether the first one here comes before the first one there; true when there is nobody there. */
    boolean isBefore(Line<T> other) {
        Place<T> mine = places.peek();
        Place<T> theirs = other.places.peek();
        return mine != null && (theirs == null || mine.turnNanos - theirs.turnNanos < 0);
    }

    @Nullable T poll() {
        Place<T> first = places.poll();
        return first == null ? null : first.who();
    }

    /** Whether they were in the line. */
    boolean remove(T who) {
        return places.removeIf(place -> place.who().equals(who));
    }

    boolean isEmpty() {
        return places.isEmpty();
    }

    int size() {
        return places.size();
    }

    void clear() {
        places.clear();
    }

    private static int compare(Place<?> one, Place<?> other) {
        long sooner = one.turnNanos - other.turnNanos;
        return sooner == 0 ? Long.compare(one.number, other.number) : Long.signum(sooner);
    }

    private static Map<Priority, Long> handicaps() {
        Map<Priority, Long> handicaps = new EnumMap<>(Priority.class);
        for (Priority priority : Priority.values()) {
            handicaps.put(priority, HEAD_START.multipliedBy(handicaps.size()).toNanos());
        }
        return handicaps;
    }
}
