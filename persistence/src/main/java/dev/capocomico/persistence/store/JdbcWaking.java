package dev.capocomico.persistence.store;

import dev.capocomico.engine.store.StoreException;
import dev.capocomico.engine.store.Waking;
import dev.capocomico.model.execution.ExecutionKey;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Asks the tables {@code execution} and {@code event_wait}. Fails with {@link StoreException}. Thread-safe. */
public final class JdbcWaking implements Waking {
    private static final String READER = "event";

    /** Events whose waiters are looked up at once. */
    private static final int EVENTS_MAX = 1_000;

    /** One number for all rows of a statement. */
    private static final String DRAW_TURN = "turn = (SELECT nextval('event_wait_turn'))";

    private final DataSource database;

    public JdbcWaking(DataSource database) {
        this.database = database;
    }

    /** The orders are there for the planner: without them it may read a whole table to find that there is nothing. */
    @Override
    public boolean hasNews(Instant now) {
        String sql = """
                SELECT coalesce(
                  (SELECT true FROM event_journal WHERE (tx, ordering) > (
                     (SELECT tx FROM projection_offset WHERE projection = 'execution'),
                     (SELECT ordering FROM projection_offset WHERE projection = 'execution'))
                   AND tx < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY tx, ordering LIMIT 1),
                  (SELECT true FROM execution WHERE ended_at IS NULL AND parked AND quarantined_at IS NULL AND wake_at <= ?
                   ORDER BY wake_at LIMIT 1),
                  (SELECT true FROM event_wait WHERE untold ORDER BY turn, listed LIMIT 1),
                  (SELECT true FROM event_log WHERE (tx, ordering) > (
                     (SELECT tx FROM projection_offset WHERE projection = 'event'),
                     (SELECT ordering FROM projection_offset WHERE projection = 'event'))
                   AND tx < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY tx, ordering LIMIT 1),
                  false)""";
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, timestamp(now));
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public List<ExecutionKey> shouldBeAwake(@Nullable ExecutionKey after, int limit) {
        String sql = """
                SELECT tenant, execution_id FROM execution
                WHERE ended_at IS NULL AND NOT parked AND quarantined_at IS NULL AND (tenant, execution_id) > (?, ?)
                ORDER BY tenant, execution_id LIMIT ?""";
        return keys(sql, statement -> {
            statement.setString(1, after == null ? "" : after.tenant());
            statement.setString(2, after == null ? "" : after.id());
            statement.setInt(3, limit);
        });
    }

    @Override
    public List<ExecutionKey> shouldBeAwakeOf(List<ExecutionKey> some) {
        String sql = """
                SELECT e.tenant, e.execution_id FROM unnest(?::text[], ?::text[]) AS s (tenant, execution_id)
                JOIN execution e USING (tenant, execution_id)
                WHERE e.ended_at IS NULL AND NOT e.parked AND e.quarantined_at IS NULL""";
        return keys(sql, statement -> new Unnest<>(statement, some)
                .texts(ExecutionKey::tenant)
                .texts(ExecutionKey::id));
    }

    @Override
    public List<ExecutionKey> claimDue(Instant now, Duration lease, int limit) {
        String sql = """
                UPDATE execution SET wake_at = ? WHERE (tenant, execution_id) IN (
                  SELECT tenant, execution_id FROM execution
                  WHERE ended_at IS NULL AND parked AND quarantined_at IS NULL AND wake_at <= ?
                  ORDER BY wake_at LIMIT ? FOR UPDATE SKIP LOCKED)
                RETURNING tenant, execution_id""";
        return keys(sql, statement -> {
            statement.setObject(1, timestamp(now.plus(lease)));
            statement.setObject(2, timestamp(now));
            statement.setInt(3, limit);
        });
    }

    @Override
    public List<ExecutionKey> claimConcerned(int limit) {
        try {
            Transactions.run(database, JdbcWaking::announce);
        } catch (SQLException e) {
            throw failed(e);
        }
        String sql = """
                WITH told AS (
                  UPDATE event_wait SET untold = false, told_at = now() WHERE (tenant, execution_id, task) IN (
                    SELECT tenant, execution_id, task FROM event_wait WHERE untold
                    ORDER BY turn, listed LIMIT ? FOR UPDATE SKIP LOCKED)
                  RETURNING tenant, execution_id, turn, listed)
                SELECT tenant, execution_id FROM told ORDER BY turn, listed""";
        return keys(sql, statement -> statement.setInt(1, limit));
    }

    /**
     * Notes with all whom the next events concern that there is something to look at, and how far this has come, at once. Whoever is
     * listed as waiting too late for this is listed as untold. When they are told, the events can be read.
     *
     * <p>Those whose key is not known are marked before those whose key is, by a statement of its own: who gets a key meanwhile is found by one of
     * the two.
     */
    private static boolean announce(Connection connection) throws SQLException {
        JournalPosition from = JournalPosition.of(connection, READER);
        JournalPosition last = from;
        Set<Topic> topics = new LinkedHashSet<>();
        Set<Topic> withoutKeys = new LinkedHashSet<>();
        Set<Keyed> keyed = new LinkedHashSet<>();
        String sql = """
                SELECT tx, ordering, tenant, topic, keys FROM event_log
                WHERE (tx, ordering) > (CAST(? AS xid8), ?) AND tx < pg_snapshot_xmin(pg_current_snapshot())
                ORDER BY tx, ordering LIMIT ?""";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, Long.toString(from.transaction()));
            statement.setLong(2, from.ordering());
            statement.setInt(3, EVENTS_MAX);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    last = new JournalPosition(row.getLong(1), row.getLong(2));
                    Topic topic = new Topic(row.getString(3), row.getString(4));
                    topics.add(topic);
                    Array keys = row.getArray(5);
                    if (keys == null) {
                        withoutKeys.add(topic);
                    } else {
                        for (Long key : (Long[]) keys.getArray()) {
                            keyed.add(new Keyed(topic, key));
                        }
                    }
                }
            }
        }
        if (topics.isEmpty() || !from.claim(connection, READER)) {
            return false;
        }
        markUntold(connection, " AND w.key IS NULL", topics);
        // Nobody knows whom such an event does not concern.
        markUntold(connection, "", withoutKeys);
        markUntold(connection, keyed);
        last.store(connection, READER);
        return true;
    }

    private record Topic(String tenant, String topic) {}

    /** @param key of an event of the topic */
    private record Keyed(Topic topic, long key) {}

    /** @param which of those who wait for the topics; empty for all */
    private static void markUntold(Connection connection, String which, Set<Topic> topics) throws SQLException {
        String sql = """
                UPDATE event_wait w SET untold = true, %s FROM unnest(?::text[], ?::text[]) AS t (tenant, topic)
                WHERE w.tenant = t.tenant AND w.topic = t.topic AND NOT w.untold%s""".formatted(DRAW_TURN, which);
        if (!topics.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                new Unnest<>(statement, List.copyOf(topics))
                        .texts(Topic::tenant)
                        .texts(Topic::topic);
                statement.executeUpdate();
            }
        }
    }

    private static void markUntold(Connection connection, Set<Keyed> keys) throws SQLException {
        String sql = """
                UPDATE event_wait w SET untold = true, %s
                FROM unnest(?::text[], ?::text[], ?::int8[]) AS k (tenant, topic, key)
                WHERE w.tenant = k.tenant AND w.topic = k.topic AND w.key = k.key AND NOT w.untold""".formatted(DRAW_TURN);
        if (!keys.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                new Unnest<>(statement, List.copyOf(keys))
                        .texts(keyed -> keyed.topic().tenant())
                        .texts(keyed -> keyed.topic().topic())
                        .numbers(Keyed::key);
                statement.executeUpdate();
            }
        }
    }

    @Override
    public void tellAgain(Duration claimedWithin) {
        String sql = "UPDATE event_wait SET untold = true, " + DRAW_TURN
                + " WHERE told_at > now() - ? * interval '1 ms' AND NOT untold RETURNING tenant, execution_id";
        keys(sql, statement -> statement.setLong(1, claimedWithin.toMillis()));
    }

    private interface Parameters {
        void set(PreparedStatement statement) throws SQLException;
    }

    /** Each once. */
    private List<ExecutionKey> keys(String sql, Parameters parameters) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            parameters.set(statement);
            Set<ExecutionKey> keys = new LinkedHashSet<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    keys.add(new ExecutionKey(row.getString(1), row.getString(2)));
                }
            }
            return new ArrayList<>(keys);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static OffsetDateTime timestamp(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static StoreException failed(SQLException e) {
        return new StoreException("the executions to be woken could not be read", e);
    }
}
