package dev.capocomico.persistence.store;

import dev.capocomico.engine.probe.CrashPoint;
import dev.capocomico.engine.probe.Probe;
import dev.capocomico.engine.store.Projection;
import dev.capocomico.engine.store.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Keeps {@code execution}, {@code event_wait}, and what executions accepted in {@code audit}. A batch is one transaction: the rows of the journal are summed up by execution, each
 * sum is written with the others by one statement, and the offset with them. Two that do this at once do not double anything: the
 * second finds the offset taken. Fails with {@link StoreException}. For one thread at a time.
 */
public final class JdbcProjection implements Projection {
    static final String READER = "execution";

    private static final int BATCH_ROWS = 5_000;

    /** Rows that are counted for the lag. */
    private static final int COUNTED_MAX = 100_000;

    private final DataSource database;
    private final Probe probe;
    private final ReadSide readSide = new ReadSide();

    private final BatchTrouble trouble = new BatchTrouble(BATCH_ROWS);

    public JdbcProjection(DataSource database, Probe probe) {
        this.database = database;
        this.probe = probe;
    }

    @Override
    public synchronized Batch advance() {
        int limit = trouble.limit();
        try {
            Batch batch = advance(limit, null);
            trouble.went();
            return batch;
        } catch (SQLException | RuntimeException | StackOverflowError | LinkageError e) {
            return switch (trouble.remedy(e)) {
                case TRY_LATER -> throw failed(e);
                case NARROW -> new Batch(0, true, List.of());
                case SET_ASIDE -> setAside(e.toString());
            };
        }
    }

    private Batch setAside(String reason) {
        try {
            Batch batch = advance(1, reason);
            trouble.wentAside();
            return batch;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static StoreException failed(Throwable e) {
        return new StoreException("the table of executions could not be brought up to date", e);
    }

    /** @param refusal why nothing of the batch is written but that; null when all is */
    private Batch advance(int rowsMax, @Nullable String refusal) throws SQLException {
        Batch batch = Transactions.run(database, connection -> {
            JournalPosition from = JournalPosition.of(connection, READER);
            JournalBatch read = refusal == null
                    ? JournalBatch.read(connection, from, rowsMax)
                    : JournalBatch.unopened(connection, from, refusal);
            if (read.rows() == 0) {
                return new Batch(0, false, List.of());
            }
            Transactions.needNotBeDurable(connection);
            if (!from.claim(connection, READER)) {
                return new Batch(0, false, List.of());
            }
            probe.at(CrashPoint.BEFORE_PROJECTION);
            readSide.write(connection, read);
            probe.at(CrashPoint.AFTER_PROJECTION);
            probe.at(CrashPoint.BEFORE_OFFSET);
            read.last().store(connection, READER);
            List<String> setAside = read.setAside().stream()
                    .map(JournalBatch.SetAside::toString)
                    .toList();
            return new Batch(read.rows(), read.full(), setAside);
        });
        if (batch.rows() > 0) {
            probe.at(CrashPoint.AFTER_OFFSET);
        }
        return batch;
    }

    @Override
    public Lag lag() {
        String sql = """
                SELECT count(*) FILTER (WHERE ready), count(*) FILTER (WHERE NOT ready),
                  coalesce(extract(epoch FROM now()) * 1000 - min(write_timestamp), 0)::int8
                FROM (
                  SELECT tx < pg_snapshot_xmin(pg_current_snapshot()) AS ready, write_timestamp FROM event_journal
                  WHERE (tx, ordering) > (CAST(? AS xid8), ?)
                  ORDER BY tx, ordering LIMIT ?) AS waiting""";
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            JournalPosition from = JournalPosition.of(connection, READER);
            statement.setString(1, Long.toString(from.transaction()));
            statement.setLong(2, from.ordering());
            statement.setInt(3, COUNTED_MAX);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Lag(row.getLong(1), row.getLong(2), Duration.ofMillis(Math.max(0, row.getLong(3))));
            }
        } catch (SQLException e) {
            throw new StoreException("the lag of the table of executions could not be measured", e);
        }
    }
}
