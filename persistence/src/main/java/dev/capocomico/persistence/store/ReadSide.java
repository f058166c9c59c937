package dev.capocomico.persistence.store;

import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.StartOptions;
import dev.capocomico.persistence.store.ExecutionTable.Known;
import dev.capocomico.persistence.wire.Milestone;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes what a batch of the journal says into the tables that others read: executions, their waits for events, and the audit. For one thread. */
final class ReadSide {
    private final Outlines outlines = new Outlines();

    void write(Connection connection, JournalBatch batch) throws SQLException {
        Map<ExecutionKey, String> digests = digests(connection, batch.changes());
        Map<String, Outline> found = outlines.find(
                connection,
                digests.entrySet().stream()
                        .map(entry -> Outlines.Wanted.of(entry.getKey(), entry.getValue()))
                        .toList());
        List<Known> begun = new ArrayList<>();
        List<Known> goneOn = new ArrayList<>();
        List<JournalBatch.SetAside> setAside = batch.setAside();
        for (Change change : batch.changes()) {
            String digest = digests.get(change.key);
            Outline outline = digest == null ? null : found.get(digest);
            Known known = new Known(change, outline, parentTaskId(change, digests, found));
            if (change.started == null) {
                goneOn.add(known);
            } else if (outline != null) {
                begun.add(known);
            } else {
                setAside.add(new JournalBatch.SetAside(
                        batch.last().ordering(),
                        "execution|" + change.key,
                        1,
                        "its definition %s is not kept, or cannot be read".formatted(digest)));
            }
        }
        ExecutionTable.insert(connection, begun);
        ExecutionTable.update(connection, goneOn);
        goneOn.addAll(begun);
        EventWaitTable.write(connection, goneOn);
        AuditTable.addAccepted(connection, batch.changes());
        keep(connection, setAside);
    }

    private static @Nullable String parentTaskId(
            Change change, Map<ExecutionKey, String> digests, Map<String, Outline> found) {
        StartOptions.Parent parent = parent(change);
        if (parent == null) {
            return null;
        }
        String digest = digests.get(change.key.sibling(parent.executionId()));
        Outline outline = digest == null ? null : found.get(digest);
        return outline == null ? null : outline.taskId(parent.element().task());
    }

    private static StartOptions.@Nullable Parent parent(Change change) {
        return change.started == null ? null : change.started.options().parent();
    }

    /** Of all executions whose definitions have something to say about this batch. */
    private static Map<ExecutionKey, String> digests(Connection connection, List<Change> changes) throws SQLException {
        Map<ExecutionKey, String> digests = new HashMap<>();
        Set<ExecutionKey> wanted = new HashSet<>();
        for (Change change : changes) {
            Milestone.Started started = change.started;
            if (started != null) {
                digests.put(change.key, started.planDigest());
            } else if (change.needsDefinition()) {
                wanted.add(change.key);
            }
            StartOptions.Parent parent = parent(change);
            if (parent != null) {
                wanted.add(change.key.sibling(parent.executionId()));
            }
        }
        wanted.removeAll(digests.keySet());
        if (!wanted.isEmpty()) {
            look(connection, List.copyOf(wanted), digests);
        }
        return digests;
    }

    private static void look(Connection connection, List<ExecutionKey> wanted, Map<ExecutionKey, String> digests)
            throws SQLException {
        String sql = """
                SELECT e.tenant, e.execution_id, e.workflow_digest
                FROM unnest(?::text[], ?::text[]) AS w (tenant, execution_id)
                JOIN execution e ON e.tenant = w.tenant AND e.execution_id = w.execution_id""";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            new Unnest<>(statement, wanted).texts(ExecutionKey::tenant).texts(ExecutionKey::id);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    digests.put(new ExecutionKey(row.getString(1), row.getString(2)), row.getString(3));
                }
            }
        }
    }

    private static void keep(Connection connection, List<JournalBatch.SetAside> rows) throws SQLException {
        String sql = """
                INSERT INTO projection_failure (ordering, persistence_id, sequence_number, reason)
                SELECT * FROM unnest(?::int8[], ?::text[], ?::int8[], ?::text[])
                ON CONFLICT (persistence_id, sequence_number) DO UPDATE SET failed_at = now(), reason = excluded.reason""";
        if (!rows.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                new Unnest<>(statement, rows)
                        .numbers(JournalBatch.SetAside::ordering)
                        .texts(JournalBatch.SetAside::persistenceId)
                        .numbers(JournalBatch.SetAside::step)
                        .texts(row -> ExecutionTable.withoutZero(row.reason()));
                statement.executeUpdate();
            }
        }
    }
}
