package dev.capocomico.persistence.store;

import dev.capocomico.engine.store.SqlTrouble;
import dev.capocomico.model.execution.ExecutionKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Takes in again what the projection has set aside of one execution, once somebody says that it was mended. What came after those rows
 * was taken in without them, so all that the tables say of the execution is made anew from its whole journal, as far as the projection
 * has read that. Part of a transaction.
 */
final class SetAsideRows {
    private final Connection connection;
    private final ExecutionKey key;
    private final Set<Long> steps;
    private final JournalPosition upTo;

    private SetAsideRows(Connection connection, ExecutionKey key, Set<Long> steps, JournalPosition upTo) {
        this.connection = connection;
        this.key = key;
        this.steps = steps;
        this.upTo = upTo;
    }

    /**
     * Finds them. The projection stands still from here on, if there are any. To be called before the transaction locks anything that the
     * projection writes.
     */
    static SetAsideRows of(Connection connection, ExecutionKey key) throws SQLException {
        Set<Long> steps = new HashSet<>();
        String sql = "SELECT sequence_number FROM projection_failure WHERE persistence_id = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, JournalRows.persistenceId(key));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    steps.add(row.getLong(1));
                }
            }
        }
        return new SetAsideRows(
                connection,
                key,
                steps,
                steps.isEmpty() ? JournalPosition.START : JournalPosition.hold(connection, JdbcProjection.READER));
    }

    /** What still cannot be read stays aside, and keeps nobody from anything else. */
    void takeIn() throws SQLException {
        if (steps.isEmpty()) {
            return;
        }
        Savepoint before = connection.setSavepoint();
        try {
            makeAnew();
        } catch (SQLException e) {
            if (!SqlTrouble.mayBeAboutTheRow(e)) {
                throw e;
            }
            leave(before, e);
        } catch (RuntimeException | StackOverflowError e) {
            leave(before, e);
        }
    }

    private void leave(Savepoint before, Throwable why) throws SQLException {
        connection.rollback(before);
        UnreadableRows.passedOver("what was set aside of execution " + key, why);
    }

    private void makeAnew() throws SQLException {
        JournalBatch batch = JournalBatch.ofExecution(connection, key, upTo);
        List<Change> changes = batch.changes();
        if (changes.isEmpty() || changes.getFirst().started == null) {
            // Without its start nothing can be said of an execution.
            return;
        }
        Change change = changes.getFirst();
        change.calls.removeIf(call -> !steps.contains(call.step()));
        List<Change.Call> untold = AuditTable.missing(connection, key, change.calls);
        change.calls.retainAll(untold);
        forget();
        new ReadSide().write(connection, batch);
    }

    private void forget() throws SQLException {
        update("UPDATE execution SET seq_nr = 0 WHERE tenant = ? AND execution_id = ?", key.tenant(), key.id());
        update("DELETE FROM event_wait WHERE tenant = ? AND execution_id = ?", key.tenant(), key.id());
        update("DELETE FROM projection_failure WHERE persistence_id = ?", JournalRows.persistenceId(key));
    }

    private void update(String sql, String... keys) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < keys.length; i++) {
                statement.setString(i + 1, keys[i]);
            }
            statement.executeUpdate();
        }
    }
}
