package dev.capocomico.persistence.store;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.capocomico.model.definition.Priority;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.FailureCode;
import dev.capocomico.model.execution.StartOptions;
import dev.capocomico.persistence.wire.Milestone;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes changes into the table {@code execution}, many with one statement. What the table knows better already stays. */
final class ExecutionTable {
    private static final JsonMapper JSON = StoredJson.MAPPER;

    /** An execution that begins in this batch: all of its row is known. */
    private static final String INSERT = """
            INSERT INTO execution AS e (tenant, execution_id, seq_nr, started_at, ended_at, updated_at, wake_at, parked, paused,
              compensating, priority, status, workflow_name, workflow_version, workflow_digest, parent_execution_id,
              parent_task_id, labels, summary, end_listed_at)
            SELECT tenant, execution_id, seq_nr, timestamptz 'epoch' + started_at * interval '1 ms',
              timestamptz 'epoch' + ended_at * interval '1 ms', timestamptz 'epoch' + updated_at * interval '1 ms',
              timestamptz 'epoch' + wake_at * interval '1 ms', parked, paused, compensating, priority, status, workflow_name,
              workflow_version, workflow_digest, parent_execution_id, parent_task_id, labels::jsonb, summary::json,
              CASE WHEN ended_at IS NOT NULL THEN now() END
            FROM unnest(?::text[], ?::text[], ?::int8[], ?::int8[], ?::int8[], ?::int8[], ?::int8[], ?::bool[], ?::bool[],
              ?::bool[], ?::int8[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
              AS c (tenant, execution_id, seq_nr, started_at, ended_at, updated_at, wake_at, parked, paused, compensating,
                priority, status, workflow_name, workflow_version, workflow_digest, parent_execution_id, parent_task_id,
                labels, summary)
            ON CONFLICT (tenant, execution_id) DO UPDATE SET
              seq_nr = excluded.seq_nr, started_at = excluded.started_at, ended_at = excluded.ended_at,
              workflow_name = excluded.workflow_name, workflow_version = excluded.workflow_version,
              workflow_digest = excluded.workflow_digest, parent_execution_id = excluded.parent_execution_id,
              parent_task_id = excluded.parent_task_id,
              updated_at = excluded.updated_at, wake_at = excluded.wake_at, parked = excluded.parked,
              paused = excluded.paused, compensating = excluded.compensating, priority = excluded.priority,
              status = excluded.status, labels = excluded.labels, summary = excluded.summary,
              end_listed_at = excluded.end_listed_at
            WHERE e.seq_nr < excluded.seq_nr""";

    /** One that began before: what these steps do not say stays, and the status follows from both. */
    private static final String UPDATE = """
            UPDATE execution e SET
              seq_nr = c.seq_nr,
              updated_at = timestamptz 'epoch' + c.updated_at * interval '1 ms',
              wake_at = timestamptz 'epoch' + c.wake_at * interval '1 ms',
              parked = c.parked,
              paused = coalesce(c.paused, e.paused),
              compensating = coalesce(c.compensating, e.compensating),
              ended_at = CASE WHEN c.end_status IS NOT NULL THEN timestamptz 'epoch' + c.ended_at * interval '1 ms'
                WHEN NOT c.revived THEN e.ended_at END,
              end_listed_at = CASE WHEN c.end_status IS NOT NULL THEN now() WHEN NOT c.revived THEN e.end_listed_at END,
              summary = CASE WHEN c.end_status IS NOT NULL THEN c.summary::json WHEN NOT c.revived THEN e.summary END,
              status = CASE
                WHEN c.end_status IS NOT NULL THEN c.end_status
                WHEN e.ended_at IS NOT NULL AND NOT c.revived THEN e.status
                WHEN coalesce(c.paused, e.paused) THEN 'paused'
                WHEN coalesce(c.compensating, e.compensating) THEN 'compensating'
                ELSE 'executing' END
            FROM unnest(?::text[], ?::text[], ?::int8[], ?::int8[], ?::int8[], ?::int8[], ?::bool[], ?::bool[], ?::bool[],
              ?::bool[], ?::text[], ?::text[])
              AS c (tenant, execution_id, seq_nr, updated_at, ended_at, wake_at, parked, paused, compensating, revived,
                end_status, summary)
            WHERE e.tenant = c.tenant AND e.execution_id = c.execution_id AND e.seq_nr < c.seq_nr""";

    private ExecutionTable() {}

    /** A change with what the definitions say about it. */
    record Known(
            Change change,
            @Nullable Outline outline,
            @Nullable String parentTaskId) {}

    static void insert(Connection connection, List<Known> begun) throws SQLException {
        if (begun.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            new Unnest<>(statement, begun)
                    .texts(known -> known.change().key.tenant())
                    .texts(known -> known.change().key.id())
                    .numbers(known -> known.change().steps)
                    .numbers(known -> known.change().startedAtMillis)
                    .numbers(known -> endedAt(known.change()))
                    .numbers(known -> known.change().atMillis)
                    .numbers(known -> known.change().wakeAtMillis)
                    .truths(known -> known.change().parked)
                    .truths(known -> Boolean.TRUE.equals(known.change().paused))
                    .truths(known -> Boolean.TRUE.equals(known.change().compensating))
                    .numbers(known -> level(priority(known)))
                    .texts(known -> known.change().status())
                    .texts(known -> outline(known).name())
                    .texts(known -> outline(known).version())
                    .texts(known -> started(known).planDigest())
                    .texts(known -> parent(known))
                    .texts(Known::parentTaskId)
                    .texts(known -> labels(started(known).options().labels()))
                    .texts(ExecutionTable::summary);
            statement.executeUpdate();
        }
    }

    static void update(Connection connection, List<Known> goneOn) throws SQLException {
        if (goneOn.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(UPDATE)) {
            new Unnest<>(statement, goneOn)
                    .texts(known -> known.change().key.tenant())
                    .texts(known -> known.change().key.id())
                    .numbers(known -> known.change().steps)
                    .numbers(known -> known.change().atMillis)
                    .numbers(known -> endedAt(known.change()))
                    .numbers(known -> known.change().wakeAtMillis)
                    .truths(known -> known.change().parked)
                    .truths(known -> known.change().paused)
                    .truths(known -> known.change().compensating)
                    .truths(known -> known.change().revived)
                    .texts(known -> known.change().endStatus())
                    .texts(ExecutionTable::summary);
            statement.executeUpdate();
        }
    }

    private static @Nullable Long endedAt(Change change) {
        return change.ended == null ? null : change.endedAtMillis;
    }

    private static Milestone.Started started(Known known) {
        Milestone.Started started = known.change().started;
        if (started == null) {
            throw new IllegalStateException(known.change().key + " does not begin in this batch");
        }
        return started;
    }

    private static Outline outline(Known known) {
        Outline outline = known.outline();
        if (outline == null) {
            throw new IllegalStateException(known.change().key + " begins, and its definition was not looked up");
        }
        return outline;
    }

    private static Priority priority(Known known) {
        Priority said = started(known).options().priority();
        return said == null ? outline(known).priority() : said;
    }

    private static @Nullable String parent(Known known) {
        StartOptions.Parent parent = started(known).options().parent();
        return parent == null ? null : parent.executionId();
    }

    /** As the column has it, where less is more urgent. */
    static long level(Priority priority) {
        return switch (priority) {
            case CRITICAL -> 0;
            case HIGH -> 1;
            case NORMAL -> 2;
            case LOW -> 3;
            case BACKGROUND -> 4;
        };
    }

    /** The database's jsonb has no zero character. */
    private static String labels(Map<String, String> labels) {
        if (labels.isEmpty()) {
            return "{}";
        }
        return write(out -> {
            out.writeStartObject();
            for (Map.Entry<String, String> label : labels.entrySet()) {
                out.writeStringField(withoutZero(label.getKey()), withoutZero(label.getValue()));
            }
            out.writeEndObject();
        });
    }

    static String withoutZero(String text) {
        return text.replace('\0', '\uFFFD');
    }

    private static @Nullable String summary(Known known) {
        Milestone.Ended ended = known.change().ended;
        if (ended == null) {
            return null;
        }
        Ending ending = ended.ending();
        Outline outline = known.outline();
        Integer task = ending.task();
        return write(out -> {
            out.writeStartObject();
            out.writeStringField("kind", ending.kind().status().wireName());
            out.writeStringField("code", ending.code());
            out.writeStringField("message", ending.message());
            out.writeStringField("task", task == null || outline == null ? null : outline.taskId(task));
            if (ended.output() != null) {
                out.writeFieldName("output");
                out.writeRawValue(ended.output());
            }
            out.writeEndObject();
        });
    }

    /** Of one that was ended without its steps. */
    static String cancelled(@Nullable String reason) {
        return write(out -> {
            out.writeStartObject();
            out.writeStringField("kind", Ending.Kind.CANCELLED.status().wireName());
            out.writeStringField("code", FailureCode.CANCELLED);
            out.writeStringField("message", reason == null ? "cancelled" : reason);
            out.writeEndObject();
        });
    }

    private interface Writing {
        void into(JsonGenerator out) throws IOException;
    }

    private static String write(Writing writing) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            writing.into(out);
        } catch (IOException e) {
            throw new UncheckedIOException("a text took no characters", e);
        }
        return text.toString();
    }
}
