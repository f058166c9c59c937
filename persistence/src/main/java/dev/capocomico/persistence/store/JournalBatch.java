package dev.capocomico.persistence.store;

import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.persistence.wire.StepSkim;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A stretch of the journal, read in the order of commits and summed up by execution. */
final class JournalBatch {
    private static final String EXECUTION = "execution|";

    /** Rows that are larger come one by one, so that no more than a few are in memory. */
    private static final int ROW_SIZE_MAX = 64 * 1024;

    /** A batch ends early when it has read so much. */
    private static final long BYTES_MAX = 32L * 1024 * 1024;

    private static final int FETCH_ROWS = 500;

    private static final String READ = """
            SELECT tx, ordering, persistence_id, sequence_number, event_ser_manifest,
              CASE WHEN octet_length(event_payload) <= ? THEN event_payload END
            FROM event_journal
            WHERE (tx, ordering) > (CAST(? AS xid8), ?) AND tx < pg_snapshot_xmin(pg_current_snapshot())
            ORDER BY tx, ordering
            LIMIT ?""";

    private static final String READ_EXECUTION = """
            SELECT tx, ordering, persistence_id, sequence_number, event_ser_manifest,
              CASE WHEN octet_length(event_payload) <= ? THEN event_payload END
            FROM event_journal
            WHERE persistence_id = ? AND NOT deleted AND (tx, ordering) <= (CAST(? AS xid8), ?)
            ORDER BY sequence_number""";

    private static final String READ_PLACE = """
            SELECT tx, ordering, persistence_id, sequence_number FROM event_journal
            WHERE (tx, ordering) > (CAST(? AS xid8), ?) AND tx < pg_snapshot_xmin(pg_current_snapshot())
            ORDER BY tx, ordering
            LIMIT 1""";

    private static final String READ_LARGE =
            "SELECT event_payload FROM event_journal WHERE persistence_id = ? AND sequence_number = ?";

    /** A row that could not be taken in. */
    record SetAside(long ordering, String persistenceId, long step, String reason) {
        @Override
        public String toString() {
            return "step %d of %s: %s".formatted(step, persistenceId, reason);
        }
    }

    private final Map<String, Change> changes = new LinkedHashMap<>();
    private final List<SetAside> setAside = new ArrayList<>();
    private JournalPosition last;
    private int rows;
    private long bytes;
    private boolean full;

    private JournalBatch(JournalPosition from) {
        this.last = from;
    }

    /** The next row, set aside as it is: perhaps not even the database can read it. */
    static JournalBatch unopened(Connection connection, JournalPosition from, String reason) throws SQLException {
        JournalBatch batch = new JournalBatch(from);
        try (PreparedStatement statement = connection.prepareStatement(READ_PLACE)) {
            statement.setString(1, Long.toString(from.transaction()));
            statement.setLong(2, from.ordering());
            try (ResultSet row = statement.executeQuery()) {
                if (row.next()) {
                    batch.last = new JournalPosition(row.getLong(1), row.getLong(2));
                    batch.rows = 1;
                    batch.full = true;
                    batch.setAside.add(new SetAside(batch.last.ordering(), row.getString(3), row.getLong(4), reason));
                }
            }
        }
        return batch;
    }

    static JournalBatch read(Connection connection, JournalPosition from, int rowsMax) throws SQLException {
        JournalBatch batch = new JournalBatch(from);
        try (PreparedStatement statement = connection.prepareStatement(READ)) {
            statement.setInt(1, ROW_SIZE_MAX);
            statement.setString(2, Long.toString(from.transaction()));
            statement.setLong(3, from.ordering());
            statement.setInt(4, rowsMax);
            statement.setFetchSize(FETCH_ROWS);
            try (ResultSet row = statement.executeQuery()) {
                while (!batch.full && row.next()) {
                    batch.add(connection, row);
                    batch.full = batch.rows == rowsMax || batch.bytes > BYTES_MAX;
                }
            }
        }
        return batch;
    }

    /** All that one execution has in the journal before a place, and in that place. */
    static JournalBatch ofExecution(Connection connection, ExecutionKey key, JournalPosition upTo) throws SQLException {
        JournalBatch batch = new JournalBatch(upTo);
        try (PreparedStatement statement = connection.prepareStatement(READ_EXECUTION)) {
            statement.setInt(1, ROW_SIZE_MAX);
            statement.setString(2, JournalRows.persistenceId(key));
            statement.setString(3, Long.toString(upTo.transaction()));
            statement.setLong(4, upTo.ordering());
            statement.setFetchSize(FETCH_ROWS);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    batch.add(connection, row);
                }
            }
        }
        return batch;
    }

    private void add(Connection connection, ResultSet row) throws SQLException {
        last = new JournalPosition(row.getLong(1), row.getLong(2));
        rows++;
        String persistenceId = row.getString(3);
        if (!persistenceId.startsWith(EXECUTION)) {
            return;
        }
        long step = row.getLong(4);
        byte[] payload = row.getBytes(6);
        byte[] whole = payload == null ? large(connection, persistenceId, step) : payload;
        bytes += whole.length;
        try {
            StepSkim skim = StepSkim.of(row.getString(5), whole);
            Change change = changes.get(persistenceId);
            if (change == null) {
                change = new Change(ExecutionKey.parse(persistenceId.substring(EXECUTION.length())));
                changes.put(persistenceId, change);
            }
            change.add(step, skim);
        } catch (RuntimeException | StackOverflowError | LinkageError e) {
            // Whatever is wrong with it, it must not keep the others from being read.
            setAside.add(new SetAside(last.ordering(), persistenceId, step, e.toString()));
        }
    }

    static byte[] large(Connection connection, String persistenceId, long step) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(READ_LARGE)) {
            statement.setString(1, persistenceId);
            statement.setLong(2, step);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getBytes(1) : new byte[0];
            }
        }
    }

    List<Change> changes() {
        return List.copyOf(changes.values());
    }

    List<SetAside> setAside() {
        return setAside;
    }

    JournalPosition last() {
        return last;
    }

    int rows() {
        return rows;
    }

    /** Whether there may be more than was read. */
    boolean full() {
        return full;
    }
}
