package dev.capocomico.engine.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.execution.ExecutionKey;
import java.util.List;

/** Events that were published, kept in the order of their commits. */
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
    boolean publish(String tenant, String topic, String id, JsonNode payload);

    /** Events of the topic after a position, that were not published before a time. */
    Page read(String tenant, String topic, Position after, long sinceMillis, int limit);

    /**
     * Executions that wait for a topic in which something was published since the last call; how far this has come is
     * stored. Told twice is allowed, never is not.
     */
    List<ExecutionKey> concerned(int limit);
}
