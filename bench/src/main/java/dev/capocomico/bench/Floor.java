package dev.capocomico.bench;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * What the same machine does at the same time without anything of ours. Machines that are shared do more in one minute than in
 * the next; a figure of the engine says something only beside these.
 */
final class Floor {
    private static final int PAYLOAD_BYTES = 150;

    /** As many rows as the journal puts into one transaction at most. */
    private static final int BATCH_ROWS = 1_000;

    private static final int UUID_LENGTH = 36;

    /** The columns that the journal writes. */
    private static final String COLUMNS =
            "deleted, persistence_id, sequence_number, writer, write_timestamp, adapter_manifest, event_payload, event_ser_id, event_ser_manifest";

    private Floor() {}

    /**
     * One look.
     *
     * @param commitsPerSecond one small row each, one after the other on one connection
     * @param commitMillis the median of one of them
     * @param batchedRowsPerSecond rows of the journal, inserted into a table like it in transactions of {@value #BATCH_ROWS} on
     *     one connection; 0 while the journal is empty
     * @param digestMegabytesPerSecond SHA-256 on one core, which needs no memory and no disk
     */
    record Sample(
            double commitsPerSecond,
            double commitMillis,
            double batchedRowsPerSecond,
            double digestMegabytesPerSecond) {}

    /** @param nanos how long to look at each of the figures */
    static Sample take(DataSource database, long nanos) throws SQLException {
        long[] commitNanos = commits(database, nanos);
        double total = 0;
        for (long one : commitNanos) {
            total += one;
        }
        return new Sample(
                commitNanos.length * 1e9 / total,
                Spread.of(commitNanos).millis(50),
                batchedRowsPerSecond(database, nanos),
                digestMegabytesPerSecond(nanos));
    }

    private static long[] commits(DataSource database, long forNanos) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            // Not temporary: rows of such tables are not written to the log that a commit waits for.
            statement.execute("CREATE TABLE IF NOT EXISTS bench_floor (n bigint, payload bytea)");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO bench_floor VALUES (?, ?)")) {
                byte[] payload = new byte[PAYLOAD_BYTES];
                List<Long> nanos = new ArrayList<>();
                long end = System.nanoTime() + forNanos;
                for (long from = System.nanoTime(); from < end; ) {
                    insert.setLong(1, nanos.size());
                    insert.setBytes(2, payload);
                    insert.executeUpdate();
                    long to = System.nanoTime();
                    nanos.add(to - from);
                    from = to;
                }
                return nanos.stream().mapToLong(Long::longValue).toArray();
            } finally {
                statement.execute("DROP TABLE bench_floor");
            }
        }
    }

    private record JournalRow(
            String id,
            long number,
            String writer,
            long timestamp,
            ByteBuffer payload,
            int serializer,
            String manifest) {}

    private static double batchedRowsPerSecond(DataSource database, long nanos) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            List<JournalRow> rows = lastRows(statement);
            if (rows.isEmpty()) {
                return 0;
            }
            statement.execute("CREATE TABLE bench_floor_journal (LIKE event_journal INCLUDING ALL)");
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO bench_floor_journal (" + COLUMNS + ") VALUES (false, ?, ?, ?, ?, '', ?, ?, ?)")) {
                return insertAgainAndAgain(connection, insert, rows, nanos);
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
                statement.execute("DROP TABLE bench_floor_journal");
            }
        }
    }

    private static List<JournalRow> lastRows(Statement statement) throws SQLException {
        List<JournalRow> rows = new ArrayList<>();
        try (ResultSet row = statement.executeQuery("SELECT persistence_id, sequence_number, writer, write_timestamp,"
                + " event_payload, event_ser_id, event_ser_manifest FROM event_journal ORDER BY tx DESC, ordering DESC"
                + " LIMIT " + BATCH_ROWS)) {
            while (row.next()) {
                rows.add(new JournalRow(
                        row.getString(1),
                        row.getLong(2),
                        row.getString(3),
                        row.getLong(4),
                        ByteBuffer.wrap(row.getBytes(5)),
                        row.getInt(6),
                        row.getString(7)));
            }
        }
        return rows;
    }

    /** The same rows under other ids each time: as long, and as scattered over the index. */
    private static double insertAgainAndAgain(
            Connection connection, PreparedStatement insert, List<JournalRow> rows, long nanos) throws SQLException {
        long from = System.nanoTime();
        long written = 0;
        for (long pass = 1; System.nanoTime() - from < nanos; pass++) {
            for (JournalRow row : rows) {
                insert.setString(1, other(row.id(), pass));
                insert.setLong(2, row.number());
                insert.setString(3, row.writer());
                insert.setLong(4, row.timestamp());
                insert.setBytes(5, row.payload().array());
                insert.setInt(6, row.serializer());
                insert.setString(7, row.manifest());
                insert.addBatch();
            }
            insert.executeBatch();
            connection.commit();
            written += rows.size();
        }
        return written * 1e9 / (System.nanoTime() - from);
    }

    /** Another id of the same length, with other digits where those of executions begin to differ. */
    private static String other(String id, long pass) {
        int from = id.length() - UUID_LENGTH;
        if (from < 0) {
            return pass + id;
        }
        long mixed = (id.hashCode() + pass * 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
        String digits = Long.toHexString(mixed | Long.MIN_VALUE);
        return id.substring(0, from) + digits + id.substring(from + digits.length());
    }

    private static double digestMegabytesPerSecond(long nanos) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] block = new byte[1 << 14];
            long from = System.nanoTime();
            long bytes = 0;
            while (System.nanoTime() - from < nanos) {
                digest.update(block);
                bytes += block.length;
            }
            return bytes * 1e3 / (System.nanoTime() - from);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
