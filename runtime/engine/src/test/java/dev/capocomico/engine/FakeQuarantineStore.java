package dev.capocomico.engine;

import dev.capocomico.engine.store.QuarantineStore;
import dev.capocomico.engine.store.StoreException;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Origin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What survives the actors, as a table would. May be out of reach. */
final class FakeQuarantineStore implements QuarantineStore {
    private final Map<ExecutionKey, String> reasons = new LinkedHashMap<>();
    private final List<Origin> audit = new ArrayList<>();
    private int notes;
    private boolean away;

    synchronized void isAway(boolean does) {
        away = does;
    }

    /** How often one was noted. */
    synchronized int notes() {
        return notes;
    }

    synchronized @Nullable String reason(ExecutionKey key) {
        return reasons.get(key);
    }

    /** Who had one released or cancelled, as an audit would have it. */
    synchronized List<Origin> audit() {
        return List.copyOf(audit);
    }

    private <T> T keep(@Nullable Origin origin, T what) {
        if (origin != null) {
            audit.add(origin);
        }
        return what;
    }

    private void need() {
        if (away) {
            throw new StoreException("the database is away");
        }
    }

    @Override
    public synchronized boolean note(ExecutionKey key, String reason) {
        need();
        notes++;
        reasons.put(key, reason);
        return true;
    }

    @Override
    public synchronized Release release(ExecutionKey key, @Nullable Origin origin) {
        need();
        return reasons.remove(key) == null ? Release.NOT_QUARANTINED : keep(origin, Release.RELEASED);
    }

    @Override
    public synchronized Cancellation cancel(
            ExecutionKey key, long atMillis, @Nullable String reason, @Nullable Origin origin) {
        need();
        return reasons.remove(key) == null ? Cancellation.NOT_QUARANTINED : keep(origin, Cancellation.CANCELLED);
    }

    @Override
    public synchronized List<Entry> newest(int limit) {
        need();
        return reasons.entrySet().stream()
                .map(entry -> new Entry(entry.getKey(), entry.getValue(), Instant.EPOCH))
                .toList();
    }
}
