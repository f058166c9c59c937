package dev.capocomico.persistence.store;

import dev.capocomico.engine.store.StoreException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * Readers follow the numbers of transactions, and those belong to a server. A dump that was restored into another one may hold numbers
 * that this server gives out in a year: until then nothing of it would be read, and what is new would be taken for old.
 */
public final class TransactionNumbers {
    private TransactionNumbers() {}

    /**
     * Makes all rows old if any of them is from the future, in the order in which they were written, and sends the readers back to
     * the start: what they read twice changes nothing. To be called before anything is written. A large journal takes a while.
     *
     * @return whether there was something to do
     * @throws StoreException if the database cannot be asked; nothing is changed then
     */
    public static boolean settle(DataSource database) {
        try (Connection connection = database.getConnection()) {
            if (!fromTheFuture(connection)) {
                return false;
            }
        } catch (SQLException e) {
            throw new StoreException("the transaction numbers of the journal could not be read", e);
        }
        try {
            return Transactions.run(database, TransactionNumbers::settle);
        } catch (SQLException e) {
            throw new StoreException("the transaction numbers of the journal could not be settled", e);
        }
    }

    private static boolean settle(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "LOCK TABLE event_journal, event_log, event_key, event_wait, projection_offset IN EXCLUSIVE MODE");
            if (!fromTheFuture(connection)) {
                return false; // Another node was faster.
            }
            statement.execute("UPDATE event_journal SET tx = '1', horizon = NULL WHERE tx <> '1'");
            statement.execute("UPDATE event_log SET tx = '1' WHERE tx <> '1'");
            statement.execute("UPDATE event_key SET tx = '1' WHERE tx <> '1'");
            statement.execute(
                    "UPDATE event_wait SET looked_tx = NULL, looked_ordering = NULL WHERE looked_tx IS NOT NULL");
            statement.execute("UPDATE projection_offset SET tx = '0', ordering = 0");
            return true;
        }
    }

    private static boolean fromTheFuture(Connection connection) throws SQLException {
        // By the ends of indexes: a search for such a row would read all others when there is none.
        String sql = """
                SELECT coalesce(greatest(
                  (SELECT tx::text::numeric FROM event_journal ORDER BY tx DESC, ordering DESC LIMIT 1),
                  (SELECT tx::text::numeric FROM event_log ORDER BY tx DESC, ordering DESC LIMIT 1),
                  (SELECT max(tx::text::numeric) FROM projection_offset)
                ) >= pg_snapshot_xmax(pg_current_snapshot())::text::numeric, false)""";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getBoolean(1);
        }
    }
}
