package dev.capocomico.engine.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Origin;
import dev.capocomico.model.expression.Correlation;
import java.time.Instant;
import java.util.List;
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
     * Where a task that waits begins to look.
     *
     * @param beginning where the log stood when the execution began: whatever is committed after its first step comes after this
     *     position, whatever clocks say. What lies behind it may have been published a moment before the start, too. Null when nobody
     *     has kept it, because the execution was begun by an older program or restored from a dump; then events are told from those
     *     before the start by their time
     * @param looked the position up to which it has looked already; null when nobody has kept it
     * @param listing which wait of the task this is, for {@link #keepPlace}; {@link #NOT_LISTED} until it is listed
     */
    record Start(@Nullable Position beginning, @Nullable Position looked, long listing) {
        public static final long NOT_LISTED = 0;
    }

    /**
     * Where a task begins to look.
     *
     * @param steps how many the execution has made: what was kept for an earlier wait of the task is not taken for this one
     */
    Start start(ExecutionKey key, int task, long steps);

    /**
     * Keeps the position up to which a task has looked, so that nobody looks there again, and what its events have in common, so that it is
     * told of those only.
     *
     * @return false when it does not wait any more or waits anew, and nothing was changed
     */
    boolean keepPlace(
            ExecutionKey key,
            int task,
            String topic,
            long listing,
            Position through,
            @Nullable Correlation correlation);

    /**
     * Events of the topic after a position, that were not published before a time of the database's clock.
     *
     * @param correlation those for which it does not hold are left out, as far as that is known without looking at them; null for all
     * @param limit how many at most; where payloads are large, the page is shorter
     */
    Page read(
            String tenant,
            String topic,
            @Nullable Correlation correlation,
            Position after,
            long sinceMillis,
            int limit);

    /** By the clock that dates events. */
    Instant now();

    /**
     * Takes out events that were published before a time.
     *
     * @return how many; to be called again while it is as many as the limit
     */
    int removePublishedBefore(Instant time, int limit);
}
