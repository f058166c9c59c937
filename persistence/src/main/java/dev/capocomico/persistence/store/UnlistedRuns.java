package dev.capocomico.persistence.store;

import dev.capocomico.engine.store.WorkflowRuns.Run;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.persistence.store.JdbcWorkflowRuns.RunRow;
import dev.capocomico.persistence.wire.Milestone;
import dev.capocomico.persistence.wire.StepSkim;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the steps that the table of executions has not taken in yet say of a tenant's executions: which have begun, which were brought
 * back, and which have ended. All of these steps are read, so that it takes longer the further the table is behind, and leaves nothing
 * out.
 *
 * @param begun those that these steps begin or bring back, also when they have ended since
 * @param ended of all that these steps are about, those that have ended
 */
record UnlistedRuns(List<RunRow> begun, Set<ExecutionKey> ended) {
    private static final int FETCH_ROWS = 500;

    /** Larger rows come one by one, so that no more than a few are in memory. */
    private static final int ROW_SIZE_MAX = 16 * 1024;

    /** Those that have not ended. */
    List<RunRow> open() {
        return begun.stream().filter(row -> !ended.contains(row.run().key())).toList();
    }

    static UnlistedRuns read(Connection connection, String tenant) throws SQLException {
        Reading reading = new Reading();
        // All that is committed, also what a transaction that is still under way keeps from being taken in.
        String sql = """
                SELECT persistence_id, sequence_number, event_ser_manifest,
                  CASE WHEN octet_length(event_payload) <= ? THEN event_payload END
                FROM event_journal
                WHERE (tx, ordering) > (SELECT tx, ordering FROM projection_offset WHERE projection = ?)
                  AND starts_with(persistence_id, ?) AND NOT deleted
                ORDER BY tx, ordering""";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, ROW_SIZE_MAX);
            statement.setString(2, JdbcProjection.READER);
            statement.setString(3, JournalRows.persistenceIds(tenant));
            statement.setFetchSize(FETCH_ROWS);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    byte[] payload = row.getBytes(4);
                    ExecutionKey key = JournalRows.key(row.getString(1));
                    if (key == null) {
                        continue;
                    }
                    reading.add(
                            key,
                            row.getString(3),
                            payload == null
                                    ? JournalBatch.large(connection, row.getString(1), row.getLong(2))
                                    : payload);
                }
            }
        }
        List<RunRow> found = named(connection, tenant, reading.begun);
        reading.broughtBack.removeAll(reading.begun.keySet());
        found.addAll(listed(connection, List.copyOf(reading.broughtBack)));
        return new UnlistedRuns(found, reading.ended);
    }

    private record Begun(String digest, long atMillis) {}

    private static final class Reading {
        private final Map<ExecutionKey, Begun> begun = new LinkedHashMap<>();
        private final Set<ExecutionKey> broughtBack = new HashSet<>();
        private final Set<ExecutionKey> ended = new HashSet<>();

        private void add(ExecutionKey key, String manifest, byte[] payload) {
            StepSkim skim = skim(manifest, payload);
            if (skim == null) {
                return;
            }
            for (Milestone milestone : skim.milestones()) {
                if (milestone instanceof Milestone.Started started) {
                    begun.put(key, new Begun(started.planDigest(), skim.atMillis()));
                } else if (milestone instanceof Milestone.Retried) {
                    broughtBack.add(key);
                    ended.remove(key);
                } else if (milestone instanceof Milestone.Ended) {
                    ended.add(key);
                }
            }
        }

        /** Null for what cannot be read: whoever keeps the table sets it aside, and says so. */
        private static @Nullable StepSkim skim(String manifest, byte[] payload) {
            try {
                return StepSkim.of(manifest, payload);
            } catch (RuntimeException | StackOverflowError e) {
                return null;
            }
        }
    }

    private static List<RunRow> named(Connection connection, String tenant, Map<ExecutionKey, Begun> begun)
            throws SQLException {
        List<RunRow> rows = new ArrayList<>();
        if (begun.isEmpty()) {
            return rows;
        }
        Map<String, Run> byDigest = new LinkedHashMap<>();
        String sql = "SELECT digest, name, version FROM definition WHERE tenant = ? AND digest = ANY (?)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, tenant);
            String[] digests =
                    begun.values().stream().map(Begun::digest).distinct().toArray(String[]::new);
            statement.setArray(2, connection.createArrayOf("text", digests));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    ExecutionKey any = begun.keySet().iterator().next();
                    byDigest.put(row.getString(1), new Run(any, row.getString(2), row.getString(3)));
                }
            }
        }
        begun.forEach((key, one) -> {
            Run workflow = byDigest.get(one.digest());
            if (workflow != null) {
                rows.add(new RunRow(new Run(key, workflow.workflow(), workflow.version()), one.atMillis()));
            }
        });
        return rows;
    }

    private static List<RunRow> listed(Connection connection, List<ExecutionKey> keys) throws SQLException {
        if (keys.isEmpty()) {
            return List.of();
        }
        String sql = RunRow.SELECT + " WHERE tenant = ? AND execution_id = ANY (?)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, keys.getFirst().tenant());
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "text", keys.stream().map(ExecutionKey::id).toArray()));
            try (ResultSet row = statement.executeQuery()) {
                return RunRow.all(row);
            }
        }
    }
}
