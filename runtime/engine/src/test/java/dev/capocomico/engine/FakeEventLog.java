package dev.capocomico.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.engine.store.EventLog;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Origin;
import dev.capocomico.model.expression.Correlation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Events in memory, in the order in which they were published. Nobody is told of them. */
final class FakeEventLog implements EventLog {
    private final List<Event> events = new ArrayList<>();
    private final Map<String, Position> looked = new HashMap<>();
    /** Happens before a place is kept. */
    volatile Runnable beforeKeeping = () -> {};

    final AtomicInteger reads = new AtomicInteger();
    /** How often in a row it cannot be read, from now on. */
    final AtomicInteger outages = new AtomicInteger();
    /** Happens between what a reader sees and what it returns. */
    volatile Runnable afterRead = () -> {};

    @Override
    public boolean publish(String tenant, String topic, String id, JsonNode payload, @Nullable Origin origin) {
        return publishAt(System.currentTimeMillis(), topic, id, payload);
    }

    synchronized boolean publishAt(long atMillis, String topic, String id, JsonNode payload) {
        if (events.stream().anyMatch(event -> event.id().equals(id))) {
            return false;
        }
        return events.add(new Event(id, topic, payload, atMillis));
    }

    /** Where an execution began is not known here; how far it has looked is, of a wait that never ends. */
    @Override
    public synchronized Start start(ExecutionKey key, int task, long steps) {
        return new Start(null, looked.get(key + "/" + task), 1);
    }

    @Override
    public boolean keepPlace(
            ExecutionKey key,
            int task,
            String topic,
            long listing,
            Position through,
            @Nullable Correlation correlation) {
        beforeKeeping.run();
        synchronized (this) {
            looked.put(key + "/" + task, through);
        }
        return true;
    }

    @Override
    public Page read(
            String tenant,
            String topic,
            @Nullable Correlation correlation,
            Position after,
            long sinceMillis,
            int limit) {
        reads.incrementAndGet();
        if (outages.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IllegalStateException("the events cannot be read");
        }
        Page page = page(topic, after, sinceMillis, limit);
        afterRead.run();
        return page;
    }

    private synchronized Page page(String topic, Position after, long sinceMillis, int limit) {
        List<Event> found = new ArrayList<>();
        long next = after.ordering();
        for (int i = (int) after.ordering(); i < events.size() && found.size() < limit; i++) {
            Event event = events.get(i);
            if (event.topic().equals(topic) && event.publishedAtMillis() >= sinceMillis) {
                found.add(event);
                next = i + 1L;
            }
        }
        return new Page(found, new Position(0, next), found.size() == limit);
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public int removePublishedBefore(Instant time, int limit) {
        throw new UnsupportedOperationException("events of a test stay");
    }
}
