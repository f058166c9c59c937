package dev.capocomico.engine.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Origin;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Events that were published, kept in the order of their commits. Who waits for one is told to look here ({@link Waking#claimConcerned}) after
 * it can be {@linkplain #read read}, and once more when its wait was listed; so an event and a wait that cross each other do not miss
 * each other.
 */
public interface EventLog {
    /** Where a reader stands. Order is that of commits: nothing can appear before a position that was read. */
    record Position(long transaction, long ordering) {
        public static final Position START = new Position(0, 0);
    }

    record Event(String id, String topic, JsonNode payload, long publishedAtMillis) {}

    /** Events and the position after them. */
    record Page(List<Event> events, Position next, boolean more) {
        public Page {
            events = List.copyOf(events);
        }
    }

    /**
     * Keeps an event; returns when it is durable.
     *
     * @return false when one with this id was there already, and nothing was changed
     */
    default boolean publish(String tenant, String topic, String id, JsonNode payload) {
        return publish(tenant, topic, id, payload, null);
    }

    /**
     * The same for somebody from outside. What was kept stands in the audit from the same moment on.
     *
     * @param origin where it came from; null when a program did it
     */
    boolean publish(String tenant, String topic, String id, JsonNode payload, @Nullable Origin origin);

    /**
     * Where the log stood when an execution began: whatever is committed after its first step comes after this position, whatever
     * clocks say. What lies behind it may have been published a moment before the start, too.
     *
     * @return empty when nobody has kept it, because the execution was begun by an older program or restored from a dump; then events
     *     are told from those before the start by their time
     */
    Optional<Position> beginning(ExecutionKey key);

    /**
     * Events of the topic after a position, that were not published before a time of the database's clock.
     *
     * @param limit how many at most; where payloads are large, the page is shorter
     */
    Page read(String tenant, String topic, Position after, long sinceMillis, int limit);

    /** By the clock that dates events. */
    Instant now();

    /**
     * Takes out events that were published before a time.
     *
     * @return how many; to be called again while it is as many as the limit
     */
    int removePublishedBefore(Instant time, int limit);
}
