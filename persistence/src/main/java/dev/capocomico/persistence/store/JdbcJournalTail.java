package dev.capocomico.persistence.store;

import dev.capocomico.engine.store.JournalTail;
import dev.capocomico.engine.store.StoreException;
import dev.capocomico.engine.store.WorkflowRuns.Which;
import dev.capocomico.model.execution.ExecutionKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Follows the table {@code event_journal}, whose steps it does not open. Fails with {@link StoreException}. Thread-safe. */
public final class JdbcJournalTail implements JournalTail {
    private static final String LISTED = "SELECT tx, ordering FROM projection_offset WHERE projection = 'execution'";

    private final DataSource database;

    public JdbcJournalTail(DataSource database) {
        this.database = database;
    }

    @Override
    public Position end() {
        return one("SELECT pg_snapshot_xmin(pg_current_snapshot()), 0");
    }

    @Override
    public Position listed() {
        return one(LISTED);
    }

    private Position one(String sql) {
        try (Connection connection = database.getConnection()) {
            return one(connection, sql);
        } catch (SQLException e) {
            throw new StoreException("the end of the journal could not be found", e);
        }
    }

    private static Position one(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            return row.next() ? new Position(row.getLong(1), row.getLong(2)) : Position.START;
        }
    }

    @Override
    public News news(Position after, int limit) {
        String sql = """
                SELECT tx, ordering, persistence_id FROM event_journal
                WHERE (tx, ordering) > (CAST(? AS xid8), ?) AND tx < pg_snapshot_xmin(pg_current_snapshot())
                ORDER BY tx, ordering LIMIT ?""";
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, Long.toString(after.transaction()));
            statement.setLong(2, after.ordering());
            statement.setInt(3, limit);
            Set<ExecutionKey> executions = new HashSet<>();
            Position next = after;
            int rows = 0;
            try (ResultSet row = statement.executeQuery()) {
                for (; row.next(); rows++) {
                    next = new Position(row.getLong(1), row.getLong(2));
                    addKey(executions, row.getString(3));
                }
            }
            return new News(executions, next, rows == limit);
        } catch (SQLException e) {
            throw new StoreException("the end of the journal could not be read", e);
        }
    }

    @Override
    public Listed listedSince(Position after, int limit) {
        try (Connection connection = database.getConnection()) {
            Position listed = one(connection, LISTED);
            if (listed.compareTo(after) <= 0) {
                return new Listed(Set.of(), after, false);
            }
            String sql = """
                    SELECT tx, ordering, persistence_id FROM event_journal
                    WHERE (tx, ordering) > (CAST(? AS xid8), ?) AND (tx, ordering) <= (CAST(? AS xid8), ?)
                    ORDER BY tx, ordering LIMIT ?""";
            Set<ExecutionKey> keys = new HashSet<>();
            Position last = after;
            int rows = 0;
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                int next = place(statement, place(statement, 0, after), listed);
                statement.setInt(++next, limit);
                try (ResultSet row = statement.executeQuery()) {
                    for (; row.next(); rows++) {
                        last = new Position(row.getLong(1), row.getLong(2));
                        addKey(keys, row.getString(3));
                    }
                }
            }
            boolean more = rows == limit;
            return new Listed(owners(connection, List.copyOf(keys)), more ? last : listed, more);
        } catch (SQLException e) {
            throw new StoreException("what the table of executions has taken in could not be read", e);
        }
    }

    private static void addKey(Set<ExecutionKey> keys, String persistenceId) {
        ExecutionKey key = JournalRows.key(persistenceId);
        if (key != null) {
            keys.add(key);
        }
    }

    private static int place(PreparedStatement statement, int last, Position position) throws SQLException {
        statement.setString(last + 1, Long.toString(position.transaction()));
        statement.setLong(last + 2, position.ordering());
        return last + 2;
    }

    private static Set<StepOwner> owners(Connection connection, List<ExecutionKey> keys) throws SQLException {
        String sql = """
                SELECT e.tenant, e.execution_id, e.workflow_name, e.workflow_version
                FROM unnest(?::text[], ?::text[]) AS k (tenant, execution_id) JOIN execution e USING (tenant, execution_id)""";
        Set<StepOwner> owners = new HashSet<>();
        if (!keys.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                new Unnest<>(statement, keys).texts(ExecutionKey::tenant).texts(ExecutionKey::id);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        ExecutionKey key = new ExecutionKey(row.getString(1), row.getString(2));
                        owners.add(new StepOwner(key, row.getString(3), row.getString(4)));
                    }
                }
            }
        }
        return owners;
    }

    /** As far as the table of executions goes: up to there it has every execution, and says of which workflow. */
    @Override
    public Steps steps(Which which, @Nullable String executionId, Position after, int limit) {
        String prefix = JournalRows.persistenceIds(which.tenant());
        String sql = """
                SELECT j.tx, j.ordering, e.tenant, e.execution_id, j.sequence_number, e.workflow_version, e.workflow_digest
                FROM event_journal j JOIN execution e ON e.tenant = ? AND e.execution_id = substr(j.persistence_id, ?)
                WHERE (j.tx, j.ordering) > (CAST(? AS xid8), ?) AND (j.tx, j.ordering) <= (CAST(? AS xid8), ?)
                  AND starts_with(j.persistence_id, ?) AND NOT j.deleted AND e.archived_at IS NULL AND e.workflow_name = ?"""
                + (which.version() == null ? "" : " AND e.workflow_version = ?")
                + (executionId == null ? "" : " AND j.persistence_id = ?")
                + " ORDER BY j.tx, j.ordering LIMIT ?";
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            Position listed = one(connection, LISTED);
            if (listed.compareTo(after) <= 0) {
                return new Steps(List.of(), after);
            }
            statement.setString(1, which.tenant());
            statement.setInt(2, prefix.length() + 1);
            int next = place(statement, place(statement, 2, after), listed);
            statement.setString(++next, prefix);
            statement.setString(++next, which.workflow());
            if (which.version() != null) {
                statement.setString(++next, which.version());
            }
            if (executionId != null) {
                statement.setString(++next, prefix + executionId);
            }
            statement.setInt(++next, limit);
            List<StepPlace> places = places(statement);
            return new Steps(places, places.size() == limit ? places.getLast().position() : listed);
        } catch (SQLException e) {
            throw new StoreException("the steps of \"" + which.workflow() + "\" could not be read", e);
        }
    }

    private static List<StepPlace> places(PreparedStatement statement) throws SQLException {
        List<StepPlace> places = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                places.add(new StepPlace(
                        new Position(row.getLong(1), row.getLong(2)),
                        new ExecutionKey(row.getString(3), row.getString(4)),
                        row.getLong(5),
                        row.getString(6),
                        row.getString(7)));
            }
        }
        return places;
    }
}
