package dev.capocomico.persistence.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A place in what transactions wrote, in the order of their numbers. Below {@code pg_snapshot_xmin(pg_current_snapshot())} every
 * transaction has ended, so nothing can appear before a place there.
 */
record JournalPosition(long transaction, long ordering) {
    static final JournalPosition START = new JournalPosition(0, 0);

    /** How far a reader has come. */
    static JournalPosition of(Connection connection, String reader) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT tx, ordering FROM projection_offset WHERE projection = ?")) {
            statement.setString(1, reader);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? new JournalPosition(row.getLong(1), row.getLong(2)) : START;
            }
        }
    }

    /** How far a reader has come, and comes not further before the transaction ends. */
    static JournalPosition hold(Connection connection, String reader) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT tx, ordering FROM projection_offset WHERE projection = ? FOR UPDATE")) {
            statement.setString(1, reader);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? new JournalPosition(row.getLong(1), row.getLong(2)) : START;
            }
        }
    }

    /** Keeps others from moving the reader until the transaction ends; false when one of them has moved it, or is about to. */
    boolean claim(Connection connection, String reader) throws SQLException {
        String sql = """
                SELECT FROM projection_offset WHERE projection = ? AND tx = CAST(? AS xid8) AND ordering = ?
                FOR UPDATE SKIP LOCKED""";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, reader);
            statement.setString(2, Long.toString(transaction));
            statement.setLong(3, ordering);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    /** Says that the reader has come so far. */
    void store(Connection connection, String reader) throws SQLException {
        String sql = """
                UPDATE projection_offset SET tx = CAST(? AS xid8), ordering = ?, updated_at = now() WHERE projection = ?""";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, Long.toString(transaction));
            statement.setLong(2, ordering);
            statement.setString(3, reader);
            if (statement.executeUpdate() != 1) {
                throw new SQLException("the table projection_offset has lost its row \"" + reader + "\"");
            }
        }
    }
}
