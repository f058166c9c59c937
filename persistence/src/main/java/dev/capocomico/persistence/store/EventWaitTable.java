package dev.capocomico.persistence.store;

import dev.capocomico.model.execution.ExecutionKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps the table {@code event_wait}: which tasks wait for which events. */
final class EventWaitTable {
    private EventWaitTable() {}

    private record Wait(
            ExecutionKey key, int task, @Nullable String topic) {}

    static void write(Connection connection, List<ExecutionTable.Known> changes) throws SQLException {
        List<ExecutionKey> forgotten = new ArrayList<>();
        List<Wait> over = new ArrayList<>();
        List<Wait> listed = new ArrayList<>();
        for (ExecutionTable.Known known : changes) {
            Change change = known.change();
            // One that begins in this batch had none before.
            if (change.waitsForgotten && change.started == null) {
                forgotten.add(change.key);
            }
            for (Map.Entry<Integer, Boolean> wait : change.waits.entrySet()) {
                int task = wait.getKey();
                Outline outline = known.outline();
                String topic = outline == null ? null : outline.topics().get(task);
                if (!wait.getValue()) {
                    over.add(new Wait(change.key, task, null));
                } else if (topic != null) {
                    listed.add(new Wait(change.key, task, topic));
                }
            }
        }
        remove(connection, forgotten);
        removeTasks(connection, over);
        add(connection, listed);
    }

    private static void remove(Connection connection, List<ExecutionKey> keys) throws SQLException {
        String sql = """
                DELETE FROM event_wait w USING unnest(?::text[], ?::text[]) AS c (tenant, execution_id)
                WHERE w.tenant = c.tenant AND w.execution_id = c.execution_id""";
        if (!keys.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                new Unnest<>(statement, keys).texts(ExecutionKey::tenant).texts(ExecutionKey::id);
                statement.executeUpdate();
            }
        }
    }

    private static void removeTasks(Connection connection, List<Wait> waits) throws SQLException {
        String sql = """
                DELETE FROM event_wait w USING unnest(?::text[], ?::text[], ?::int8[]) AS c (tenant, execution_id, task)
                WHERE w.tenant = c.tenant AND w.execution_id = c.execution_id AND w.task = c.task""";
        if (!waits.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                new Unnest<>(statement, waits)
                        .texts(wait -> wait.key().tenant())
                        .texts(wait -> wait.key().id())
                        .numbers(wait -> (long) wait.task());
                statement.executeUpdate();
            }
        }
    }

    /**
     * They are listed as untold, because what was published before is not announced to them. One that is listed already waits anew: a trigger
     * forgets how far it had looked.
     */
    private static void add(Connection connection, List<Wait> waits) throws SQLException {
        String sql = """
                INSERT INTO event_wait (tenant, execution_id, task, topic)
                SELECT tenant, execution_id, task, topic
                FROM unnest(?::text[], ?::text[], ?::int8[], ?::text[]) AS c (tenant, execution_id, task, topic)
                ON CONFLICT (tenant, execution_id, task) DO UPDATE SET topic = excluded.topic, untold = true""";
        if (!waits.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                new Unnest<>(statement, waits)
                        .texts(wait -> wait.key().tenant())
                        .texts(wait -> wait.key().id())
                        .numbers(wait -> (long) wait.task())
                        .texts(Wait::topic);
                statement.executeUpdate();
            }
        }
    }
}
