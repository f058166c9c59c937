package dev.capocomico.persistence.store;

import dev.capocomico.engine.store.EventLog.Position;
import dev.capocomico.engine.store.EventLog.Start;
import dev.capocomico.engine.store.StoreException;
import dev.capocomico.model.execution.ExecutionKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Where those who wait begin to look in the log of events, and how far they have come. */
final class EventPlaces {
    private final DataSource database;

    EventPlaces(DataSource database) {
        this.database = database;
    }

    /** The row of a wait is that of this wait when the table of executions has taken in all steps up to it. */
    Start start(ExecutionKey key, int task, long steps) {
        String sql = """
                SELECT j.horizon, w.looked_tx, w.looked_ordering, coalesce(w.listed, 0)
                FROM (SELECT) AS nothing
                LEFT JOIN event_journal j ON j.persistence_id = ? AND j.sequence_number = 1
                LEFT JOIN (event_wait w JOIN execution e
                    ON e.tenant = w.tenant AND e.execution_id = w.execution_id AND e.seq_nr >= ?)
                  ON w.tenant = ? AND w.execution_id = ? AND w.task = ?""";
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, JournalRows.persistenceId(key));
            statement.setLong(2, steps);
            statement.setString(3, key.tenant());
            statement.setString(4, key.id());
            statement.setInt(5, task);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                // The numbers of rows begin with 1.
                return new Start(
                        position(row.getString(1), 0), position(row.getString(2), row.getLong(3)), row.getLong(4));
            }
        } catch (SQLException e) {
            throw new StoreException("where the events of execution " + key + " begin could not be read", e);
        }
    }

    private static @Nullable Position position(@Nullable String transaction, long ordering) {
        return transaction == null ? null : new Position(Long.parseLong(transaction), ordering);
    }

    /** Need not be durable: what is lost is looked at again. */
    boolean keep(ExecutionKey key, int task, long listing, Position through, @Nullable Long eventKey) {
        String sql = """
                UPDATE event_wait SET looked_tx = CAST(? AS xid8), looked_ordering = ?, key = ?
                WHERE tenant = ? AND execution_id = ? AND task = ? AND listed = ?""";
        try {
            return Transactions.run(database, connection -> {
                Transactions.needNotBeDurable(connection);
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    statement.setString(1, Long.toString(through.transaction()));
                    statement.setLong(2, through.ordering());
                    statement.setObject(3, eventKey, Types.BIGINT);
                    statement.setString(4, key.tenant());
                    statement.setString(5, key.id());
                    statement.setInt(6, task);
                    statement.setLong(7, listing);
                    return statement.executeUpdate() == 1;
                }
            });
        } catch (SQLException e) {
            throw new StoreException("how far execution " + key + " has looked could not be kept", e);
        }
    }
}
