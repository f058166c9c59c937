package dev.capocomico.persistence.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Notices that the database has gone back behind what it had acknowledged: an old backup was restored under a living node. The number
 * that rows of the journal get never goes down, so a node remembers how far it was. Each look has the server force its log to the disk,
 * because a server that dies may take back numbers that it had not written yet, and that is no loss. What a node remembers ends with it.
 * Thread-safe.
 */
public final class JournalWatermark {
    private @Nullable String sequence;
    private long highest;

    /**
     * Looks where the journal stands.
     *
     * @param connection for this alone; a transaction is left behind as it was when this fails
     * @throws IllegalStateException in words, if the journal has gone back
     */
    public synchronized void look(Connection connection) throws SQLException {
        if (sequence == null) {
            sequence = text(connection, "SELECT pg_get_serial_sequence('event_journal', 'ordering')");
        }
        connection.setAutoCommit(false);
        long number = Long.parseLong(text(connection, "SELECT last_value FROM " + sequence));
        if (number < highest) {
            throw new IllegalStateException(
                    "the database has come back with less than it had acknowledged: its journal had come to row %d, and ends at row %d now. Was an old backup restored, or has a disk lost writes? Restore a newer backup, or stop all nodes and start them again to go on from this one"
                            .formatted(highest, number));
        }
        if (number > highest) {
            force(connection);
        }
        connection.commit();
        highest = number;
    }

    /** With the commit all that was written before is on the disk. A message in the log is the least that a transaction can write. */
    private static void force(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL synchronous_commit = on");
            statement.execute("SELECT pg_logical_emit_message(true, 'capocomico', '')");
        }
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }
}
