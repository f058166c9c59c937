package dev.capocomico.persistence.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.capocomico.engine.store.Archive;
import dev.capocomico.engine.store.SqlTrouble;
import dev.capocomico.engine.store.StoreException;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.ExecutionKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/**
 * Removes steps, snapshots and payloads. It first writes a step of its own after the last one: an empty one, marked as deleted, which
 * the plugin counts and does not read. Only one can write the next step, so an execution that goes on at that moment (a retry)
 * either comes first and keeps its history, or is refused. Fails with {@link StoreException}.
 */
public final class JdbcArchive implements Archive {
    private static final JsonMapper JSON = StoredJson.MAPPER;

    private final DataSource database;

    /** Those that could not be removed since this program began. */
    private final Set<ExecutionKey> stuck = ConcurrentHashMap.newKeySet();

    public JdbcArchive(DataSource database) {
        this.database = database;
    }

    private record Ended(ExecutionKey key, long steps, long atMillis) {}

    @Override
    public Instant now() {
        return DatabaseTime.now(database);
    }

    @Override
    public int removeEndedBefore(Instant time, int limit) {
        try {
            int removed = 0;
            for (Ended ended : candidates(time, limit)) {
                removed += removed(ended) ? 1 : 0;
            }
            return removed;
        } catch (SQLException e) {
            throw new StoreException("the history of ended executions could not be removed", e);
        }
    }

    /** One that cannot be removed is passed over, and does not keep those that ended after it. */
    private boolean removed(Ended ended) throws SQLException {
        try {
            return Transactions.run(database, connection -> remove(connection, ended));
        } catch (SQLException e) {
            if (!SqlTrouble.mayBeAboutTheRow(e)) {
                throw e;
            }
            UnreadableRows.passedOver("what is to be removed of execution " + ended.key(), e);
            stuck.add(ended.key());
            return false;
        }
    }

    /** All of whose steps are in the table of executions, and were passed by all other readers of the journal. */
    private List<Ended> candidates(Instant time, int limit) throws SQLException {
        String sql = """
                SELECT e.tenant, e.execution_id, e.seq_nr, (extract(epoch FROM e.ended_at) * 1000)::int8
                FROM execution e
                JOIN event_journal j
                  ON j.persistence_id = 'execution|' || e.tenant || '/' || e.execution_id AND j.sequence_number = e.seq_nr
                WHERE e.ended_at < ? AND coalesce(e.end_listed_at < ?, true) AND e.archived_at IS NULL AND e.summary IS NOT NULL
                  AND (NOT j.deleted OR j.writer = ?)
                  AND EXISTS (SELECT FROM projection_offset WHERE projection <> ?)
                  AND NOT EXISTS (
                    SELECT FROM projection_offset o WHERE o.projection <> ? AND (o.tx, o.ordering) < (j.tx, j.ordering))
                ORDER BY e.ended_at LIMIT ?""";
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, time.atOffset(ZoneOffset.UTC));
            statement.setObject(2, time.atOffset(ZoneOffset.UTC));
            // Of one that was quarantined and cancelled, the last step is a mark already.
            statement.setString(3, JournalRows.WRITER_OF_QUARANTINE);
            statement.setString(4, JournalRows.READER_OF_OTHERS);
            statement.setString(5, JournalRows.READER_OF_OTHERS);
            statement.setInt(6, limit + stuck.size());
            List<Ended> ended = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    ExecutionKey key = new ExecutionKey(row.getString(1), row.getString(2));
                    if (!stuck.contains(key)) {
                        ended.add(new Ended(key, row.getLong(3), row.getLong(4)));
                    }
                }
            }
            return ended;
        }
    }

    private static boolean remove(Connection connection, Ended ended) throws SQLException {
        if (!mark(connection, ended)) {
            return false;
        }
        String id = JournalRows.persistenceId(ended.key());
        delete(connection, "event_journal WHERE persistence_id = ? AND sequence_number <= " + ended.steps(), id);
        delete(connection, "snapshot WHERE persistence_id = ?", id);
        delete(
                connection,
                "payload WHERE tenant = ? AND execution_id = ?",
                ended.key().tenant(),
                ended.key().id());
        String sql = """
                UPDATE execution SET archived_at = now(), seq_nr = ?, quarantined_at = NULL, quarantine_reason = NULL
                WHERE tenant = ? AND execution_id = ?""";
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setLong(1, ended.steps() + 1);
            update.setString(2, ended.key().tenant());
            update.setString(3, ended.key().id());
            update.executeUpdate();
        }
        return true;
    }

    /** False when the execution has gone on. */
    private static boolean mark(Connection connection, Ended ended) throws SQLException {
        return JournalRows.mark(
                connection, ended.key(), ended.steps() + 1, ended.atMillis(), JournalRows.WRITER_OF_ARCHIVE);
    }

    private static void delete(Connection connection, String what, String... keys) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + what)) {
            for (int i = 0; i < keys.length; i++) {
                delete.setString(i + 1, keys[i]);
            }
            delete.executeUpdate();
        }
    }

    @Override
    public Optional<Summary> find(ExecutionKey key) {
        String sql = """
                SELECT workflow_digest, summary FROM execution
                WHERE tenant = ? AND execution_id = ? AND summary IS NOT NULL""";
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, key.tenant());
            statement.setString(2, key.id());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(summary(row.getString(1), row.getString(2))) : Optional.empty();
            }
        } catch (SQLException e) {
            if (SqlTrouble.isAboutTheRow(e)) {
                UnreadableRows.passedOver("the summary of execution " + key, e);
                return Optional.empty();
            }
            throw new StoreException("what is left of execution " + key + " could not be read", e);
        } catch (JsonProcessingException | RuntimeException | StackOverflowError e) {
            UnreadableRows.passedOver("the summary of execution " + key, e);
            return Optional.empty();
        }
    }

    private static Summary summary(String digest, String json) throws JsonProcessingException {
        JsonNode tree = JSON.readTree(json);
        JsonNode task = tree.path("task");
        return new Summary(
                digest,
                Ending.Kind.valueOf(tree.path("kind").asText().toUpperCase(Locale.ROOT)),
                tree.path("code").asText(),
                tree.path("message").asText(),
                task.isTextual() ? task.textValue() : null,
                tree.get("output"));
    }
}
