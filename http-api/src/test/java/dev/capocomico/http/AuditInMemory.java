package dev.capocomico.http;

import dev.capocomico.engine.store.AuditLog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The audit, in a list. What executions accept is not put here: that is the projection's. */
final class AuditInMemory implements AuditLog {
    private final List<Entry> entries = new ArrayList<>();
    private final FlakyDatabase database;

    AuditInMemory(FlakyDatabase database) {
        this.database = database;
    }

    synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    @Override
    public synchronized void append(List<Entry> added) {
        database.require();
        entries.addAll(added);
    }

    @Override
    public synchronized Page page(Filter filter, @Nullable Long after, int limit) {
        database.require();
        List<Entry> found = entries.reversed().stream()
                .filter(entry -> entry.tenant() == null
                        ? filter.strangers()
                        : entry.tenant().equals(filter.tenant()))
                .filter(entry -> filter.subject() == null || filter.subject().equals(entry.subject()))
                .filter(entry -> filter.action() == null || filter.action().equals(entry.action()))
                .filter(entry -> filter.among().isAny()
                        || filter.among().matches(Objects.requireNonNullElse(entry.workflow(), "")))
                .filter(entry -> filter.outcome() == null || filter.outcome() == entry.outcome())
                .toList();
        int from = after == null ? 0 : after.intValue();
        int to = Math.min(found.size(), from + limit);
        return new Page(found.subList(Math.min(from, to), to), to < found.size() ? Long.valueOf(to) : null);
    }

    @Override
    public synchronized int removeBefore(Instant time, int limit) {
        int before = entries.size();
        entries.removeIf(entry -> entry.at().isBefore(time));
        return before - entries.size();
    }
}
