package dev.capocomico.persistence.store;

import dev.capocomico.engine.store.SqlTrouble;
import dev.capocomico.engine.store.StepLog;
import dev.capocomico.engine.store.StoreException;
import dev.capocomico.engine.store.UnreadableException;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Step;
import dev.capocomico.persistence.wire.StepCodec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Steps from the table {@code event_journal}. Fails with {@link StoreException}, and works again once the database does. Thread-safe. */
public final class JdbcHistory implements StepLog {
    private final DataSource database;

    public JdbcHistory(DataSource database) {
        this.database = database;
    }

    @Override
    public List<Step> read(ExecutionKey key, long after, int limit) {
        try (Connection connection = database.getConnection()) {
            return read(connection, key, after, limit);
        } catch (SQLException e) {
            if (SqlTrouble.mayBeAboutTheRow(e)) {
                return oneByOne(key, after, limit);
            }
            throw notRead(key, e);
        }
    }

    /** The database cannot read one of them. Those before it are told all the same. */
    private List<Step> oneByOne(ExecutionKey key, long after, int limit) {
        List<Step> steps = new ArrayList<>();
        try (Connection connection = database.getConnection()) {
            while (steps.size() < limit) {
                List<Step> next = read(
                        connection,
                        key,
                        steps.isEmpty() ? after : steps.getLast().number(),
                        1);
                if (next.isEmpty()) {
                    return steps;
                }
                steps.addAll(next);
            }
            return steps;
        } catch (SQLException e) {
            if (SqlTrouble.isAboutTheRow(e) || (SqlTrouble.mayBeAboutTheRow(e) && !steps.isEmpty())) {
                return upTo(key, steps, e);
            }
            throw notRead(key, e);
        } catch (UnreadableException e) {
            return upTo(key, steps, e);
        }
    }

    private static StoreException notRead(ExecutionKey key, SQLException e) {
        return new StoreException("the history of execution " + key.id() + " could not be read", e);
    }

    /** What follows a step that cannot be read says nothing without it. */
    private static List<Step> upTo(ExecutionKey key, List<Step> before, Throwable why) {
        if (before.isEmpty()) {
            throw why instanceof UnreadableException unreadable
                    ? unreadable
                    : new UnreadableException("a step of execution " + key.id() + " cannot be read: " + why, why);
        }
        UnreadableRows.passedOver(
                "step %d of execution %s".formatted(before.getLast().number() + 1, key), why);
        return before;
    }

    private static List<Step> read(Connection connection, ExecutionKey key, long after, int limit) throws SQLException {
        String sql = """
                SELECT event_ser_manifest, event_payload FROM event_journal
                WHERE persistence_id = ? AND sequence_number > ? AND NOT deleted ORDER BY sequence_number LIMIT ?""";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, JournalRows.persistenceId(key));
            statement.setLong(2, after);
            statement.setInt(3, limit);
            List<Step> steps = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    try {
                        steps.add(StepCodec.decode(rows.getString(1), rows.getBytes(2)));
                    } catch (RuntimeException | StackOverflowError e) {
                        return upTo(key, steps, e);
                    }
                }
            }
            return steps;
        }
    }
}
