package dev.capocomico.persistence.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.capocomico.engine.store.ExecutionList;
import dev.capocomico.engine.store.SqlTrouble;
import dev.capocomico.engine.store.StoreException;
import dev.capocomico.model.definition.Priority;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionStatus;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Reads the table {@code execution}. Fails with {@link StoreException}. Thread-safe. */
public final class JdbcExecutionList implements ExecutionList {
    private static final JsonMapper JSON = StoredJson.MAPPER;
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

    private static final String COLUMNS = """
            SELECT tenant, execution_id, workflow_name, workflow_version, workflow_digest, status, priority, started_at,
              ended_at, updated_at, parked, wake_at, seq_nr, parent_execution_id, parent_task_id, %s,
              quarantined_at, quarantine_reason,
              (SELECT definition_id FROM definition
               WHERE registered AND definition.tenant = execution.tenant AND digest = workflow_digest)
            FROM execution WHERE tenant = ?""";

    private static final String ALL = COLUMNS.formatted("labels, summary");

    /** Without what is large enough to be kept outside of its row, where it can be damaged. */
    private static final String WITHOUT_LARGE = COLUMNS.formatted("'{}'::jsonb, NULL::json");

    private static final String ONE = " AND execution_id = ?";

    private final DataSource database;

    public JdbcExecutionList(DataSource database) {
        this.database = database;
    }

    @Override
    public Page list(String tenant, Filter filter, @Nullable Cursor after, int limit) {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException("a page has 1 to %d executions, not %d".formatted(LIMIT_MAX, limit));
        }
        Conditions conditions = new Conditions();
        conditions.and(
                "status = ?", filter.status() == null ? null : filter.status().wireName());
        conditions.and("workflow_name = ?", filter.workflow());
        if (!filter.among().isAny()) {
            conditions.and(
                    LikePatterns.condition("workflow_name", filter.among()),
                    LikePatterns.values(filter.among()).toArray());
        }
        filter.labels().forEach(label -> conditions.and("labels @> ?::jsonb", json(label)));
        conditions.and("started_at >= ?", timestamp(filter.since()));
        conditions.and("started_at < ?", timestamp(filter.until()));
        if (after != null) {
            conditions.and("(started_at, execution_id) < (?, ?)", timestamp(after.startedAt()), after.executionId());
        }
        // One more than asked for, to know whether it goes on.
        String sql = conditions.sql + " ORDER BY started_at DESC, execution_id DESC LIMIT " + (limit + 1);
        List<Entry> entries = read(sql, tenant, conditions.values);
        if (entries.size() <= limit) {
            return new Page(entries, null);
        }
        Entry last = entries.get(limit - 1);
        return new Page(
                entries.subList(0, limit),
                new Cursor(last.startedAt(), last.key().id()));
    }

    @Override
    public Optional<Entry> find(ExecutionKey key) {
        return read(ONE, key.tenant(), List.of(key.id())).stream().findFirst();
    }

    private static final class Conditions {
        private final List<Object> values = new ArrayList<>();
        private String sql = "";

        /** A value that is null asks for nothing. */
        void and(String condition, @Nullable Object... wanted) {
            for (Object value : wanted) {
                if (value == null) {
                    return;
                }
            }
            sql += " AND " + condition;
            for (Object value : wanted) {
                if (value != null) {
                    values.add(value);
                }
            }
        }
    }

    /** @param which what follows the columns of a question */
    private List<Entry> read(String which, String tenant, List<Object> values) {
        try {
            return ask(ALL + which, tenant, values);
        } catch (SQLException e) {
            if (!SqlTrouble.mayBeAboutTheRow(e)) {
                throw failed(e);
            }
        }
        // The database cannot read something of one of them. The others are listed whole, and of that one what can be
        // read.
        try {
            List<Entry> entries = new ArrayList<>();
            for (Entry entry : ask(WITHOUT_LARGE + which, tenant, values)) {
                entries.add(whole(entry));
            }
            return entries;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private Entry whole(Entry entry) throws SQLException {
        try {
            List<Entry> found =
                    ask(ALL + ONE, entry.key().tenant(), List.of(entry.key().id()));
            return found.isEmpty() ? entry : found.getFirst();
        } catch (SQLException e) {
            if (!SqlTrouble.mayBeAboutTheRow(e)) {
                throw e;
            }
            UnreadableRows.passedOver("the labels or the summary of execution " + entry.key(), e);
            return entry;
        }
    }

    private static StoreException failed(SQLException e) {
        return new StoreException("the table of executions could not be read", e);
    }

    private List<Entry> ask(String sql, String tenant, List<Object> values) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, tenant);
            for (int i = 0; i < values.size(); i++) {
                statement.setObject(i + 2, values.get(i));
            }
            List<Entry> entries = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    entries.add(entry(row));
                }
            }
            return entries;
        }
    }

    private static Entry entry(ResultSet row) throws SQLException {
        ExecutionKey key = new ExecutionKey(row.getString(1), row.getString(2));
        Instant startedAt = instant(row, 8);
        Instant updatedAt = instant(row, 10);
        if (startedAt == null || updatedAt == null) {
            throw new IllegalStateException("an execution has no times");
        }
        return new Entry(
                key,
                row.getString(20),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                status(row.getString(6)),
                priority(key, row.getInt(7)),
                startedAt,
                instant(row, 9),
                updatedAt,
                row.getBoolean(11),
                instant(row, 12),
                row.getLong(13),
                row.getString(14),
                row.getString(15),
                labels(key, row.getString(16)),
                summary(key, row.getString(17)),
                quarantine(row));
    }

    private static @Nullable Quarantined quarantine(ResultSet row) throws SQLException {
        Instant since = instant(row, 18);
        return since == null ? null : new Quarantined(since, String.valueOf(row.getString(19)));
    }

    /** What cannot be read of one execution is left out, and the others are listed. */
    private static Map<String, String> labels(ExecutionKey key, String json) {
        try {
            return JSON.readValue(json, TEXTS);
        } catch (JsonProcessingException | RuntimeException e) {
            UnreadableRows.passedOver("the labels of execution " + key, e);
            return Map.of();
        }
    }

    private static @Nullable Summary summary(ExecutionKey key, @Nullable String json) {
        try {
            return json == null ? null : summary(JSON.readTree(json));
        } catch (JsonProcessingException | RuntimeException | StackOverflowError e) {
            UnreadableRows.passedOver("the summary of execution " + key, e);
            return null;
        }
    }

    private static Summary summary(JsonNode tree) {
        JsonNode task = tree.path("task");
        return new Summary(
                tree.path("kind").asText(),
                tree.path("code").asText(),
                tree.path("message").asText(),
                task.isTextual() ? task.textValue() : null,
                tree.get("output"));
    }

    private static ExecutionStatus status(String name) {
        for (ExecutionStatus status : ExecutionStatus.values()) {
            if (status.wireName().equals(name)) {
                return status;
            }
        }
        throw new IllegalStateException("there is no status \"" + name + "\"");
    }

    private static Priority priority(ExecutionKey key, int level) {
        for (Priority priority : Priority.values()) {
            if (ExecutionTable.level(priority) == level) {
                return priority;
            }
        }
        UnreadableRows.passedOver(
                "the priority of execution " + key, new IllegalStateException("there is no priority " + level));
        return Priority.NORMAL;
    }

    private static String json(Label label) {
        return JsonNodeFactory.instance
                .objectNode()
                .put(ExecutionTable.withoutZero(label.name()), ExecutionTable.withoutZero(label.value()))
                .toString();
    }

    private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static @Nullable OffsetDateTime timestamp(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
