package dev.capocomico.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.engine.store.EventLog;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Origin;
import dev.capocomico.model.expression.Correlation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What was published, in a map. */
final class EventsInMemory implements EventLog {
    /** By tenant and id. */
    private final Map<String, Event> events = new ConcurrentHashMap<>();

    private final FlakyDatabase database;

    EventsInMemory(FlakyDatabase database) {
        this.database = database;
    }

    @Override
    public boolean publish(String tenant, String topic, String id, JsonNode payload, @Nullable Origin origin) {
        database.require();
        return events.putIfAbsent(
                        tenant + "/" + id,
                        new Event(id, topic, payload, Instant.now().toEpochMilli()))
                == null;
    }

    @Override
    public Start start(ExecutionKey key, int task, long steps) {
        throw new UnsupportedOperationException("nobody waits for events here");
    }

    @Override
    public boolean keepPlace(
            ExecutionKey key,
            int task,
            String topic,
            long listing,
            Position through,
            @Nullable Correlation correlation) {
        throw new UnsupportedOperationException("nobody waits for events here");
    }

    /** All of them at once: few are published here. */
    @Override
    public Page read(
            String tenant,
            String topic,
            @Nullable Correlation correlation,
            Position after,
            long sinceMillis,
            int limit) {
        List<Event> found = events.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(tenant + "/"))
                .map(Map.Entry::getValue)
                .filter(event -> event.topic().equals(topic))
                .toList();
        return new Page(found, after, false);
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public int removePublishedBefore(Instant time, int limit) {
        int before = events.size();
        events.values().removeIf(event -> event.publishedAtMillis() < time.toEpochMilli());
        return before - events.size();
    }
}
