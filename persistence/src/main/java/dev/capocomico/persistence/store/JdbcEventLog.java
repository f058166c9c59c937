package dev.capocomico.persistence.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.capocomico.engine.store.EventLog;
import dev.capocomico.engine.store.SqlTrouble;
import dev.capocomico.engine.store.StoreException;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Origin;
import dev.capocomico.model.expression.Correlation;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Events in the table {@code event_log}. Fails with {@link StoreException}. Thread-safe. */
public final class JdbcEventLog implements EventLog {
    private static final JsonMapper JSON = StoredJson.MAPPER;

    /** A page ends with a payload that is larger, so that no more than one of them is in memory. */
    private static final int SIZE_MAX = 64 * 1024;

    private static final String ALL = """
            SELECT tx, ordering FROM event_log
            WHERE tenant = ? AND topic = ? AND (tx, ordering) > (CAST(? AS xid8), ?)
              AND tx < pg_snapshot_xmin(pg_current_snapshot())
              AND published_at >= timestamptz 'epoch' + ? * interval '1 ms'
            ORDER BY tx, ordering LIMIT ?""";

    /** The next of those that have the key, and of those whose keys nobody knows. */
    private static final String WITH_KEY = """
            (SELECT tx, ordering FROM event_key
             WHERE key = ? AND (tx, ordering) > (CAST(? AS xid8), ?) AND tx < pg_snapshot_xmin(pg_current_snapshot())
             ORDER BY tx, ordering LIMIT ?)
            UNION ALL
            (SELECT tx, ordering FROM event_log
             WHERE tenant = ? AND topic = ? AND keys IS NULL AND (tx, ordering) > (CAST(? AS xid8), ?)
               AND tx < pg_snapshot_xmin(pg_current_snapshot())
               AND published_at >= timestamptz 'epoch' + ? * interval '1 ms'
             ORDER BY tx, ordering LIMIT ?)
            ORDER BY tx, ordering LIMIT ?""";

    private final DataSource database;
    private final EventPlaces places;

    public JdbcEventLog(DataSource database) {
        this.database = database;
        this.places = new EventPlaces(database);
    }

    @Override
    public boolean publish(String tenant, String topic, String id, JsonNode payload, @Nullable Origin origin) {
        String sql = """
                WITH kept AS (
                  INSERT INTO event_log (tenant, topic, event_id, payload, keys) VALUES (?, ?, ?, ?::json, ?)
                  ON CONFLICT (tenant, event_id) DO NOTHING RETURNING tenant, event_id, tx, ordering, keys),
                found AS (
                  INSERT INTO event_key (key, tx, ordering) SELECT key, tx, ordering FROM kept, unnest(keys) AS key)%s
                SELECT count(*) FROM kept""".formatted(origin == null ? "" : """
                ,
                noted AS (
                  INSERT INTO audit (at, outcome, tenant, target, action, subject, address, trace_id)
                  SELECT now(), 'accepted', tenant, event_id, ?, ?, ?, ? FROM kept)""");
        String text = payload.toString();
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            Long[] keys = EventKeys.of(tenant, topic, text);
            statement.setString(1, tenant);
            statement.setString(2, topic);
            statement.setString(3, id);
            statement.setString(4, text);
            statement.setArray(5, keys == null ? null : connection.createArrayOf("int8", keys));
            if (origin != null) {
                AuditTable.set(statement, 6, origin);
            }
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getInt(1) == 1;
            }
        } catch (SQLException e) {
            throw new StoreException("the event " + id + " could not be kept", e);
        }
    }

    @Override
    public Start start(ExecutionKey key, int task, long steps) {
        return places.start(key, task, steps);
    }

    @Override
    public boolean keepPlace(
            ExecutionKey key,
            int task,
            String topic,
            long listing,
            Position through,
            @Nullable Correlation correlation) {
        return places.keep(key, task, listing, through, EventKeys.of(key.tenant(), topic, correlation));
    }

    @Override
    public Page read(
            String tenant,
            String topic,
            @Nullable Correlation correlation,
            Position after,
            long sinceMillis,
            int limit) {
        Wanted wanted = new Wanted(tenant, topic, EventKeys.of(tenant, topic, correlation), after, sinceMillis, limit);
        try (Connection connection = database.getConnection()) {
            return read(connection, wanted, true);
        } catch (SQLException e) {
            if (!SqlTrouble.isAboutTheRow(e)) {
                throw failed(topic, e);
            }
        }
        // The database cannot read one of the payloads. All are read one by one, and that one is passed over.
        try (Connection connection = database.getConnection()) {
            return read(connection, wanted, false);
        } catch (SQLException e) {
            throw failed(topic, e);
        }
    }

    /** @param key of the events; null for all of the topic */
    private record Wanted(
            String tenant, String topic, @Nullable Long key, Position after, long sinceMillis, int limit) {}

    private static StoreException failed(String topic, SQLException e) {
        return new StoreException("the events of the topic " + topic + " could not be read", e);
    }

    /**
     * The places are chosen by an index first, and the events looked up by their places; so no more of the log is read than belongs to the
     * page. A place whose event is too old, or was removed a moment ago, counts as read.
     */
    private static Page read(Connection connection, Wanted wanted, boolean withPayloads) throws SQLException {
        String sql = """
                WITH place AS MATERIALIZED (%s)
                SELECT place.tx, place.ordering, e.event_id, (extract(epoch FROM e.published_at) * 1000)::int8, %s
                FROM place LEFT JOIN event_log e ON e.tx = place.tx AND e.ordering = place.ordering AND e.tenant = ? AND e.topic = ?
                  AND e.published_at >= timestamptz 'epoch' + ? * interval '1 ms'
                ORDER BY place.tx, place.ordering""".formatted(
                        wanted.key() == null ? ALL : WITH_KEY,
                        withPayloads
                                ? "CASE WHEN octet_length(e.payload::text) <= " + SIZE_MAX + " THEN e.payload END"
                                : "NULL::text");
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int next = 1;
            if (wanted.key() != null) {
                statement.setLong(next++, wanted.key());
                next = after(statement, next, wanted);
                statement.setInt(next++, wanted.limit());
            }
            next = topic(statement, next, wanted);
            next = after(statement, next, wanted);
            statement.setLong(next++, wanted.sinceMillis());
            statement.setInt(next++, wanted.limit());
            if (wanted.key() != null) {
                statement.setInt(next++, wanted.limit());
            }
            next = topic(statement, next, wanted);
            statement.setLong(next, wanted.sinceMillis());
            return page(connection, statement, wanted);
        }
    }

    private static int topic(PreparedStatement statement, int first, Wanted wanted) throws SQLException {
        statement.setString(first, wanted.tenant());
        statement.setString(first + 1, wanted.topic());
        return first + 2;
    }

    private static int after(PreparedStatement statement, int first, Wanted wanted) throws SQLException {
        statement.setString(first, Long.toString(wanted.after().transaction()));
        statement.setLong(first + 1, wanted.after().ordering());
        return first + 2;
    }

    private static Page page(Connection connection, PreparedStatement statement, Wanted wanted) throws SQLException {
        List<Event> events = new ArrayList<>();
        Position next = wanted.after();
        int rows = 0;
        boolean large = false;
        try (ResultSet row = statement.executeQuery()) {
            for (; !large && row.next(); rows++) {
                next = new Position(row.getLong(1), row.getLong(2));
                String id = row.getString(3);
                if (id != null) {
                    String payload = row.getString(5);
                    large = payload == null;
                    JsonNode json =
                            large ? payload(connection, wanted.tenant(), id) : parsed(wanted.tenant(), id, payload);
                    if (json != null) {
                        events.add(new Event(id, wanted.topic(), json, row.getLong(4)));
                    }
                }
            }
        }
        return new Page(events, next, large || rows == wanted.limit());
    }

    /** Null when it is passed over. */
    private static @Nullable JsonNode parsed(String tenant, String id, String payload) {
        try {
            return JSON.readTree(payload);
        } catch (JsonProcessingException | RuntimeException | StackOverflowError e) {
            UnreadableRows.passedOver("the event " + tenant + "/" + id, e);
            return null;
        }
    }

    /** Null when it was removed a moment ago, because it was old, or is passed over. */
    private static @Nullable JsonNode payload(Connection connection, String tenant, String id) throws SQLException {
        String sql = "SELECT payload FROM event_log WHERE tenant = ? AND event_id = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, tenant);
            statement.setString(2, id);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? parsed(tenant, id, row.getString(1)) : null;
            }
        } catch (SQLException e) {
            if (!SqlTrouble.isAboutTheRow(e)) {
                throw e;
            }
            UnreadableRows.passedOver("the event " + tenant + "/" + id, e);
            return null;
        }
    }

    @Override
    public Instant now() {
        return DatabaseTime.now(database);
    }

    /** Not what waiters were not told of yet, however old it is. */
    @Override
    public int removePublishedBefore(Instant time, int limit) {
        String sql = """
                WITH gone AS (
                  DELETE FROM event_log WHERE (tenant, event_id) IN (
                    SELECT e.tenant, e.event_id FROM event_log e, projection_offset o
                    WHERE o.projection = 'event' AND e.published_at < ? AND (e.tx, e.ordering) <= (o.tx, o.ordering)
                    ORDER BY e.published_at LIMIT ?)
                  RETURNING tx, ordering, keys),
                unknown AS (
                  DELETE FROM event_key k USING (SELECT tx, ordering, unnest(keys) AS key FROM gone) g
                  WHERE k.key = g.key AND k.tx = g.tx AND k.ordering = g.ordering)
                SELECT count(*) FROM gone""";
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, time.atOffset(ZoneOffset.UTC));
            statement.setInt(2, limit);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        } catch (SQLException e) {
            throw new StoreException("old events could not be removed", e);
        }
    }
}
