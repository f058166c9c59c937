package dev.capocomico.persistence.store;

import dev.capocomico.engine.store.StoreException;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Executions that were begun, or brought back, by steps that the table of executions has not taken in yet. */
final class UnlistedRuns {
    /** With more the table is seconds behind, and nothing is said rather than something that is not true. */
    private static final int ROWS_MAX = 20_000;

    private static final int FETCH_ROWS = 500;

    private UnlistedRuns() {}

    static List<RunRow> read(Connection connection, String tenant) throws SQLException {
        Map<ExecutionKey, Begun> begun = new LinkedHashMap<>();
        List<ExecutionKey> broughtBack = new ArrayList<>();
        // All that is committed, also what a transaction that is still under way keeps from being taken in.
        String sql = """
                SELECT persistence_id, sequence_number, event_ser_manifest, event_payload FROM event_journal
                WHERE (tx, ordering) > (SELECT tx, ordering FROM projection_offset WHERE projection = ?) AND NOT deleted
                ORDER BY tx, ordering LIMIT ?""";
        int rows = 0;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, JdbcProjection.READER);
            statement.setInt(2, ROWS_MAX);
            statement.setFetchSize(FETCH_ROWS);
            try (ResultSet row = statement.executeQuery()) {
                for (; row.next(); rows++) {
                    String id = row.getString(1);
                    if (id.startsWith(JournalRows.persistenceIds(tenant))) {
                        add(JournalRows.key(id), row, begun, broughtBack);
                    }
                }
            }
        }
        if (rows == ROWS_MAX) {
            throw new StoreException("the table of executions is too far behind");
        }
        List<RunRow> found = named(connection, tenant, begun);
        broughtBack.removeAll(begun.keySet());
        found.addAll(listed(connection, broughtBack));
        return found;
    }

    private record Begun(String digest, long atMillis) {}

    private static void add(
            ExecutionKey key, ResultSet row, Map<ExecutionKey, Begun> begun, List<ExecutionKey> broughtBack)
            throws SQLException {
        try {
            StepSkim skim = StepSkim.of(row.getString(3), row.getBytes(4));
            for (Milestone milestone : skim.milestones()) {
                if (milestone instanceof Milestone.Started started) {
                    begun.put(key, new Begun(started.planDigest(), skim.atMillis()));
                } else if (milestone instanceof Milestone.Retried) {
                    broughtBack.add(key);
                }
            }
        } catch (RuntimeException | StackOverflowError e) {
            // Whoever keeps the table sets it aside, and says so.
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
