package dev.capocomico.persistence.store;

import dev.capocomico.engine.store.QuarantineStore;
import dev.capocomico.engine.store.StoreException;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Origin;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Quarantined executions in the table {@code execution}. One of which that table knows nothing, because not even its first step could be
 * read, gets a row of unknown workflow. Fails with {@link StoreException}. Thread-safe.
 */
public final class JdbcQuarantineStore implements QuarantineStore {
    /** The name and version of a workflow that nobody could read. */
    static final String UNKNOWN = "(unknown)";

    private static final int REASON_CHARACTERS_MAX = 2_000;

    private final DataSource database;

    public JdbcQuarantineStore(DataSource database) {
        this.database = database;
    }

    @Override
    public boolean note(ExecutionKey key, String reason) {
        String sql = """
                INSERT INTO execution AS e (tenant, execution_id, seq_nr, started_at, updated_at, priority, status, workflow_name,
                  workflow_version, workflow_digest, quarantined_at, quarantine_reason)
                SELECT ?, ?, 0, coalesce(to_timestamp(min(write_timestamp) / 1000.0), now()), now(), 2, 'planning', ?, ?, '', now(), ?
                FROM event_journal WHERE persistence_id = ? AND NOT deleted
                HAVING count(*) > 0
                ON CONFLICT (tenant, execution_id) DO UPDATE SET
                  quarantined_at = coalesce(e.quarantined_at, now()), quarantine_reason = excluded.quarantine_reason
                WHERE e.archived_at IS NULL""";
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, key.tenant());
            statement.setString(2, key.id());
            statement.setString(3, UNKNOWN);
            statement.setString(4, UNKNOWN);
            statement.setString(5, shortened(reason));
            statement.setString(6, JournalRows.persistenceId(key));
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw new StoreException("that execution " + key + " is quarantined could not be noted", e);
        }
    }

    private static String shortened(String reason) {
        String text = ExecutionTable.withoutZero(reason);
        return text.length() <= REASON_CHARACTERS_MAX ? text : text.substring(0, REASON_CHARACTERS_MAX) + "…";
    }

    @Override
    public Release release(ExecutionKey key, @Nullable Origin origin) {
        try {
            return Transactions.run(database, connection -> release(connection, key, origin));
        } catch (SQLException e) {
            throw new StoreException("execution " + key + " could not be released", e);
        }
    }

    private static Release release(Connection connection, ExecutionKey key, @Nullable Origin origin)
            throws SQLException {
        SetAsideRows setAside = SetAsideRows.of(connection, key);
        String sql = """
                WITH released AS (
                  UPDATE execution SET quarantined_at = NULL, quarantine_reason = NULL
                  WHERE tenant = ? AND execution_id = ? AND quarantined_at IS NOT NULL RETURNING 1)
                SELECT EXISTS (SELECT FROM released), EXISTS (SELECT FROM execution WHERE tenant = ? AND execution_id = ?),
                  (extract(epoch FROM now()) * 1000)::int8""";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, key.tenant());
            statement.setString(2, key.id());
            statement.setString(3, key.tenant());
            statement.setString(4, key.id());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                if (!row.getBoolean(1)) {
                    return row.getBoolean(2) ? Release.NOT_QUARANTINED : Release.UNKNOWN;
                }
                setAside.takeIn();
                if (origin != null) {
                    AuditTable.addAccepted(connection, key, row.getLong(3), origin);
                }
                return Release.RELEASED;
            }
        }
    }

    /** Writes the next step, as {@link JdbcArchive} does: whoever carries the execution after all is refused his own, or was first. */
    @Override
    public Cancellation cancel(ExecutionKey key, long atMillis, @Nullable String reason, @Nullable Origin origin) {
        try {
            return Transactions.run(database, connection -> {
                Cancellation what = cancel(connection, key, atMillis, reason);
                if (what == Cancellation.CANCELLED && origin != null) {
                    AuditTable.addAccepted(connection, key, atMillis, origin);
                }
                return what;
            });
        } catch (SQLException e) {
            throw new StoreException("execution " + key + " could not be cancelled", e);
        }
    }

    private static Cancellation cancel(Connection connection, ExecutionKey key, long atMillis, @Nullable String reason)
            throws SQLException {
        Cancellation obstacle = obstacle(connection, key);
        if (obstacle != null) {
            return obstacle;
        }
        long last = lastStep(connection, key);
        if (!JournalRows.mark(connection, key, last + 1, atMillis, JournalRows.WRITER_OF_QUARANTINE)) {
            return Cancellation.NOT_QUARANTINED;
        }
        String id = JournalRows.persistenceId(key);
        update(connection, "UPDATE event_journal SET deleted = true WHERE persistence_id = ? AND NOT deleted", id);
        update(connection, "DELETE FROM snapshot WHERE persistence_id = ?", id);
        update(connection, "DELETE FROM event_wait WHERE tenant = ? AND execution_id = ?", key.tenant(), key.id());
        end(connection, key, last + 1, atMillis, reason);
        return Cancellation.CANCELLED;
    }

    /** Null when there is none. The row stays locked until the transaction ends. */
    private static @Nullable Cancellation obstacle(Connection connection, ExecutionKey key) throws SQLException {
        String sql = """
                SELECT quarantined_at IS NOT NULL, ended_at IS NOT NULL FROM execution
                WHERE tenant = ? AND execution_id = ? FOR UPDATE""";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, key.tenant());
            statement.setString(2, key.id());
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next() || !row.getBoolean(1)) {
                    return Cancellation.NOT_QUARANTINED;
                }
                return row.getBoolean(2) ? Cancellation.ENDED : null;
            }
        }
    }

    private static long lastStep(Connection connection, ExecutionKey key) throws SQLException {
        String sql = "SELECT coalesce(max(sequence_number), 0) FROM event_journal WHERE persistence_id = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, JournalRows.persistenceId(key));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static void end(Connection connection, ExecutionKey key, long step, long atMillis, @Nullable String reason)
            throws SQLException {
        String sql = """
                UPDATE execution SET status = 'cancelled', ended_at = timestamptz 'epoch' + ? * interval '1 ms', updated_at = now(),
                  parked = false, wake_at = NULL, paused = false, compensating = false, seq_nr = ?, summary = ?::json,
                  quarantined_at = NULL, quarantine_reason = NULL
                WHERE tenant = ? AND execution_id = ?""";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, atMillis);
            statement.setLong(2, step);
            statement.setString(3, ExecutionTable.cancelled(reason));
            statement.setString(4, key.tenant());
            statement.setString(5, key.id());
            statement.executeUpdate();
        }
    }

    private static void update(Connection connection, String sql, String... keys) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < keys.length; i++) {
                statement.setString(i + 1, keys[i]);
            }
            statement.executeUpdate();
        }
    }

    @Override
    public List<Entry> newest(int limit) {
        String sql = """
                SELECT tenant, execution_id, quarantine_reason, quarantined_at FROM execution
                WHERE quarantined_at IS NOT NULL ORDER BY quarantined_at DESC LIMIT ?""";
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, limit);
            List<Entry> entries = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    entries.add(new Entry(
                            new ExecutionKey(row.getString(1), row.getString(2)),
                            String.valueOf(row.getString(3)),
                            row.getObject(4, OffsetDateTime.class).toInstant()));
                }
            }
            return entries;
        } catch (SQLException e) {
            throw new StoreException("the quarantined executions could not be read", e);
        }
    }
}
