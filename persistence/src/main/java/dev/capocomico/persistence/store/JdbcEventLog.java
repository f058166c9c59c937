package dev.capocomico.persistence.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.capocomico.engine.store.EventLog;
import dev.capocomico.engine.store.SqlTrouble;
import dev.capocomico.engine.store.StoreException;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Origin;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Events in the table {@code event_log}. Fails with {@link StoreException}. Thread-safe. */
public final class JdbcEventLog implements EventLog {
    private static final JsonMapper JSON = StoredJson.MAPPER;

    /** A page ends with a payload that is larger, so that no more than one of them is in memory. */
    private static final int SIZE_MAX = 64 * 1024;

    private final DataSource database;

    public JdbcEventLog(DataSource database) {
        this.database = database;
    }

    @Override
    public boolean publish(String tenant, String topic, String id, JsonNode payload, @Nullable Origin origin) {
        String insert = """
                INSERT INTO event_log (tenant, topic, event_id, payload) VALUES (?, ?, ?, ?::json)
                ON CONFLICT (tenant, event_id) DO NOTHING""";
        String sql = origin == null ? insert : """
                WITH kept AS (%s RETURNING tenant, event_id)
                INSERT INTO audit (at, outcome, tenant, target, action, subject, address, trace_id)
                SELECT now(), 'accepted', tenant, event_id, ?, ?, ?, ? FROM kept""".formatted(insert);
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, tenant);
            statement.setString(2, topic);
            statement.setString(3, id);
            statement.setString(4, payload.toString());
            if (origin != null) {
                AuditTable.set(statement, 5, origin);
            }
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw new StoreException("the event " + id + " could not be kept", e);
        }
    }

    @Override
    public Optional<Position> beginning(ExecutionKey key) {
        String sql = "SELECT horizon FROM event_journal WHERE persistence_id = ? AND sequence_number = 1";
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, JournalRows.persistenceId(key));
            try (ResultSet row = statement.executeQuery()) {
                String horizon = row.next() ? row.getString(1) : null;
                // The numbers of rows begin with 1.
                return Optional.ofNullable(horizon).map(number -> new Position(Long.parseLong(number), 0));
            }
        } catch (SQLException e) {
            throw new StoreException("where the events of execution " + key + " begin could not be read", e);
        }
    }

    @Override
    public Page read(String tenant, String topic, Position after, long sinceMillis, int limit) {
        try (Connection connection = database.getConnection()) {
            return read(connection, tenant, topic, after, sinceMillis, limit, true);
        } catch (SQLException e) {
            if (!SqlTrouble.isAboutTheRow(e)) {
                throw failed(topic, e);
            }
        }
        // The database cannot read one of the payloads. All are read one by one, and that one is passed over.
        try (Connection connection = database.getConnection()) {
            return read(connection, tenant, topic, after, sinceMillis, limit, false);
        } catch (SQLException e) {
            throw failed(topic, e);
        }
    }

    private static StoreException failed(String topic, SQLException e) {
        return new StoreException("the events of the topic " + topic + " could not be read", e);
    }

    private static Page read(
            Connection connection,
            String tenant,
            String topic,
            Position after,
            long sinceMillis,
            int limit,
            boolean withPayloads)
            throws SQLException {
        String sql = """
                SELECT tx, ordering, event_id, (extract(epoch FROM published_at) * 1000)::int8, %s
                FROM event_log
                WHERE tenant = ? AND topic = ? AND (tx, ordering) > (CAST(? AS xid8), ?)
                  AND tx < pg_snapshot_xmin(pg_current_snapshot())
                  AND published_at >= timestamptz 'epoch' + ? * interval '1 ms'
                ORDER BY tx, ordering LIMIT ?""".formatted(
                        withPayloads
                                ? "CASE WHEN octet_length(payload::text) <= " + SIZE_MAX + " THEN payload END"
                                : "NULL::text");
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, tenant);
            statement.setString(2, topic);
            statement.setString(3, Long.toString(after.transaction()));
            statement.setLong(4, after.ordering());
            statement.setLong(5, sinceMillis);
            statement.setInt(6, limit);
            List<Event> events = new ArrayList<>();
            Position next = after;
            int rows = 0;
            boolean large = false;
            try (ResultSet row = statement.executeQuery()) {
                for (; !large && row.next(); rows++) {
                    next = new Position(row.getLong(1), row.getLong(2));
                    String id = row.getString(3);
                    String payload = row.getString(5);
                    large = payload == null;
                    JsonNode json = large ? payload(connection, tenant, id) : parsed(tenant, id, payload);
                    if (json != null) {
                        events.add(new Event(id, topic, json, row.getLong(4)));
                    }
                }
            }
            return new Page(events, next, large || rows == limit);
        }
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
                DELETE FROM event_log WHERE (tenant, event_id) IN (
                  SELECT e.tenant, e.event_id FROM event_log e, projection_offset o
                  WHERE o.projection = 'event' AND e.published_at < ? AND (e.tx, e.ordering) <= (o.tx, o.ordering)
                  ORDER BY e.published_at LIMIT ?)""";
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, time.atOffset(ZoneOffset.UTC));
            statement.setInt(2, limit);
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw new StoreException("old events could not be removed", e);
        }
    }
}
