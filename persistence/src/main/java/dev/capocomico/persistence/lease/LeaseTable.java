package dev.capocomico.persistence.lease;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** The statements on the row of the lease. */
final class LeaseTable {
    private LeaseTable() {}

    /** The lease as it stands in the table, with the database's time. */
    record Row(String description, Instant takenAt, Instant renewedAt, boolean held, boolean over) {}

    /** Before the first node of a version that has leases. */
    static boolean exists(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT to_regclass('node_lease') IS NOT NULL")) {
            return row.next() && row.getBoolean(1);
        }
    }

    /**
     * Takes the lease if nobody has it, or its time is over.
     *
     * @param atOnce also takes it from a holder that is known to be dead
     * @return the number of the lease; empty when another has it
     */
    static OptionalLong take(Connection connection, UUID holder, String description, Duration term, boolean atOnce)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                INSERT INTO node_lease AS lease (holder, description, fence, taken_at, renewed_at, expires_at)
                SELECT ?, ?, 1, now, now, now + ? * interval '1 ms' FROM clock_timestamp() AS now
                ON CONFLICT (only_row) DO UPDATE
                SET holder = excluded.holder, description = excluded.description, fence = lease.fence + 1,
                    taken_at = excluded.taken_at, renewed_at = excluded.renewed_at, expires_at = excluded.expires_at
                WHERE lease.holder IS NULL OR lease.expires_at <= clock_timestamp() OR ?
                RETURNING fence
                """)) {
            statement.setObject(1, holder);
            statement.setString(2, description);
            statement.setLong(3, term.toMillis());
            statement.setBoolean(4, atOnce);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
            }
        }
    }

    /**
     * False when another has had it since, which its number tells. A database that has come back without the row, or with an older one, has
     * lost writes, and nobody has followed.
     */
    static boolean renew(Connection connection, UUID holder, String description, long fence, Duration term)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                INSERT INTO node_lease AS lease (holder, description, fence, taken_at, renewed_at, expires_at)
                SELECT ?, ?, ?, now, now, now + ? * interval '1 ms' FROM clock_timestamp() AS now
                ON CONFLICT (only_row) DO UPDATE
                SET holder = excluded.holder, description = excluded.description, fence = excluded.fence,
                    renewed_at = excluded.renewed_at, expires_at = excluded.expires_at
                WHERE lease.holder = excluded.holder OR lease.fence < excluded.fence
                """)) {
            statement.setObject(1, holder);
            statement.setString(2, description);
            statement.setLong(3, fence);
            statement.setLong(4, term.toMillis());
            return statement.executeUpdate() == 1;
        }
    }

    static void giveBack(Connection connection, UUID holder) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE node_lease SET holder = NULL WHERE holder = ?")) {
            statement.setObject(1, holder);
            statement.executeUpdate();
        }
    }

    static Optional<Row> read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        SELECT description, taken_at, renewed_at, holder IS NOT NULL, expires_at <= clock_timestamp()
                        FROM node_lease
                        """)) {
            return row.next()
                    ? Optional.of(new Row(
                            row.getString(1),
                            row.getTimestamp(2).toInstant(),
                            row.getTimestamp(3).toInstant(),
                            row.getBoolean(4),
                            row.getBoolean(5)))
                    : Optional.empty();
        }
    }
}
