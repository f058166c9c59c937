package dev.capocomico.persistence.store;

import dev.capocomico.engine.store.StoreException;
import dev.capocomico.engine.store.WorkflowRuns;
import dev.capocomico.model.execution.ExecutionKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * From the table {@code execution}, and from those rows of the journal that it has not taken in yet. Fails with {@link
 * StoreException}. Thread-safe.
 */
public final class JdbcWorkflowRuns implements WorkflowRuns {
    /** Each keeps a connection while it does something that needs others, so they must not take all. */
    private static final int ALONE_MAX = 2;

    private static final int ALONE_WAIT_SECONDS_MAX = 15;

    /** The first number of an advisory lock says what it is about; this one, that a workflow is to run alone. */
    private static final int LOCK = 0x63_61_70_61;

    private final DataSource database;
    private final Semaphore alone = new Semaphore(ALONE_MAX, true);

    public JdbcWorkflowRuns(DataSource database) {
        this.database = database;
    }

    @Override
    public List<Run> newest(Which which, int limit) {
        return read(which, limit, false);
    }

    @Override
    public List<Run> open(Which which, int limit) {
        return read(which, limit, true);
    }

    private List<Run> read(Which which, int limit, boolean openOnly) {
        try {
            return Transactions.run(database, connection -> read(connection, which, limit, openOnly));
        } catch (SQLException e) {
            throw unread(which, e);
        }
    }

    @Override
    public <T> T alone(Which which, int limit, Function<Supplier<List<Run>>, T> work) {
        try {
            if (!alone.tryAcquire(ALONE_WAIT_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new StoreException("too many want to run alone");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted while others ran alone");
        }
        try {
            return Transactions.run(database, connection -> {
                lock(connection, which);
                return work.apply(() -> openNow(connection, which, limit));
            });
        } catch (SQLException e) {
            throw new StoreException("\"" + which.workflow() + "\" could not be kept for one alone", e);
        } finally {
            alone.release();
        }
    }

    private static List<Run> openNow(Connection connection, Which which, int limit) {
        try {
            return read(connection, which, limit, true);
        } catch (SQLException e) {
            throw unread(which, e);
        }
    }

    private static StoreException unread(Which which, SQLException cause) {
        return new StoreException("the executions of \"" + which.workflow() + "\" could not be read", cause);
    }

    /** Ends with the transaction, which writes nothing and so holds back no reader of the journal. */
    private static void lock(Connection connection, Which which) throws SQLException {
        String sql = "SELECT pg_advisory_xact_lock(?, hashtext(?))";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, LOCK);
            statement.setString(2, which.tenant() + "/" + which.workflow());
            statement.execute();
        }
    }

    private static List<Run> read(Connection connection, Which which, int limit, boolean openOnly) throws SQLException {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException("1 to %d executions, not %d".formatted(LIMIT_MAX, limit));
        }
        // The journal first: what the table takes in meanwhile is found twice, and nothing is missed.
        UnlistedRuns unlisted = UnlistedRuns.read(connection, which.tenant());
        List<RunRow> begun = openOnly ? unlisted.open() : unlisted.begun();
        Set<ExecutionKey> ended = openOnly ? unlisted.ended() : Set.of();
        Set<ExecutionKey> seen = new HashSet<>();
        return Stream.concat(
                        begun.stream().filter(row -> row.isOf(which)),
                        table(connection, which, limit, openOnly, ended).stream())
                .sorted(Comparator.comparingLong(RunRow::startedAtMillis)
                        .thenComparing(row -> row.run().key().id())
                        .reversed())
                .map(RunRow::run)
                .filter(run -> seen.add(run.key()))
                .limit(limit)
                .toList();
    }

    /** @param except those that are left out, because more is known of them than the table knows */
    private static List<RunRow> table(
            Connection connection, Which which, int limit, boolean openOnly, Set<ExecutionKey> except)
            throws SQLException {
        // The states are named, because there is an index by them.
        String sql = RunRow.SELECT + " WHERE tenant = ? AND workflow_name = ?"
                + (which.version() == null ? "" : " AND workflow_version = ?")
                + (openOnly ? " AND status IN ('planning', 'executing', 'paused', 'compensating')" : "")
                + (except.isEmpty() ? "" : " AND execution_id <> ALL (?)")
                + " ORDER BY started_at DESC, execution_id DESC LIMIT " + limit;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int next = 0;
            statement.setString(++next, which.tenant());
            statement.setString(++next, which.workflow());
            if (which.version() != null) {
                statement.setString(++next, which.version());
            }
            if (!except.isEmpty()) {
                Object[] ids = except.stream().map(ExecutionKey::id).toArray();
                statement.setArray(++next, connection.createArrayOf("text", ids));
            }
            try (ResultSet row = statement.executeQuery()) {
                return RunRow.all(row);
            }
        }
    }

    /** With what they are ordered by. */
    record RunRow(Run run, long startedAtMillis) {
        static final String SELECT = """
                SELECT tenant, execution_id, workflow_name, workflow_version,
                  (extract(epoch FROM started_at) * 1000)::int8 FROM execution""";

        boolean isOf(Which which) {
            return run.workflow().equals(which.workflow())
                    && (which.version() == null || Objects.equals(which.version(), run.version()));
        }

        static List<RunRow> all(ResultSet row) throws SQLException {
            Stream.Builder<RunRow> all = Stream.builder();
            while (row.next()) {
                ExecutionKey key = new ExecutionKey(row.getString(1), row.getString(2));
                all.add(new RunRow(new Run(key, row.getString(3), row.getString(4)), row.getLong(5)));
            }
            return all.build().toList();
        }
    }
}
