package dev.capocomico.persistence.store;

import dev.capocomico.engine.store.AuditLog;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Origin;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Adds to the table {@code audit}. */
final class AuditTable {
    private AuditTable() {}

    private record Accepted(ExecutionKey key, Change.Call call) {
        Origin origin() {
            return call.origin();
        }
    }

    /** What executions have accepted from outside, of which the journal knows. In the transaction that says so to the readers. */
    static void addAccepted(Connection connection, List<Change> changes) throws SQLException {
        List<Accepted> accepted = new ArrayList<>();
        for (Change change : changes) {
            change.calls.forEach(call -> accepted.add(new Accepted(change.key, call)));
        }
        if (!accepted.isEmpty()) {
            insert(connection, accepted);
        }
    }

    /** What was done to an execution of which the journal does not tell. In the transaction that does it. */
    static void addAccepted(Connection connection, ExecutionKey key, long atMillis, Origin origin) throws SQLException {
        insert(connection, List.of(new Accepted(key, new Change.Call(0, atMillis, origin))));
    }

    private static void insert(Connection connection, List<Accepted> accepted) throws SQLException {
        String sql = """
                INSERT INTO audit (at, outcome, tenant, execution_id, workflow, action, target, subject, address, trace_id)
                SELECT to_timestamp(a.millis / 1000.0), 'accepted', a.tenant, a.execution_id, e.workflow_name, a.action,
                  a.target, a.subject, a.address, a.trace_id
                FROM unnest(?::int8[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
                  WITH ORDINALITY AS a (millis, tenant, execution_id, action, target, subject, address, trace_id, nr)
                LEFT JOIN execution e ON e.tenant = a.tenant AND e.execution_id = a.execution_id
                ORDER BY a.nr""";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            new Unnest<>(statement, accepted)
                    .numbers(one -> one.call().atMillis())
                    .texts(one -> one.key().tenant())
                    .texts(one -> one.key().id())
                    .texts(one -> text(one.origin().action()))
                    .texts(one -> text(one.origin().target()))
                    .texts(one -> text(one.origin().by()))
                    .texts(one -> text(one.origin().address()))
                    .texts(one -> text(one.origin().traceId()));
            statement.executeUpdate();
        }
    }

    /** Those of the calls that are not in the table yet. */
    static List<Change.Call> missing(Connection connection, ExecutionKey key, List<Change.Call> calls)
            throws SQLException {
        String sql = """
                SELECT FROM audit WHERE tenant = ? AND execution_id = ? AND at = to_timestamp(? / 1000.0) AND action = ?
                  AND trace_id IS NOT DISTINCT FROM ?""";
        List<Change.Call> missing = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (Change.Call call : calls) {
                statement.setString(1, key.tenant());
                statement.setString(2, key.id());
                statement.setLong(3, call.atMillis());
                statement.setString(4, text(call.origin().action()));
                statement.setString(5, text(call.origin().traceId()));
                try (ResultSet row = statement.executeQuery()) {
                    if (!row.next()) {
                        missing.add(call);
                    }
                }
            }
        }
        return missing;
    }

    static void add(Connection connection, List<AuditLog.Entry> entries) throws SQLException {
        String sql = """
                INSERT INTO audit (at, times, outcome, tenant, execution_id, workflow, action, target, subject, reason, address,
                  trace_id)
                SELECT to_timestamp(a.millis / 1000.0), a.times, a.outcome, a.tenant, a.execution_id, a.workflow, a.action, a.target,
                  a.subject, a.reason, a.address, a.trace_id
                FROM unnest(?::int8[], ?::int8[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                  ?::text[], ?::text[], ?::text[]) WITH ORDINALITY AS a (millis, times, outcome, tenant, execution_id, workflow,
                  action, target, subject, reason, address, trace_id, nr)
                ORDER BY a.nr""";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            new Unnest<>(statement, entries)
                    .numbers(entry -> entry.at().toEpochMilli())
                    .numbers(entry -> (long) entry.times())
                    .texts(entry -> entry.outcome().wireName())
                    .texts(entry -> text(entry.tenant()))
                    .texts(entry -> text(entry.executionId()))
                    .texts(entry -> text(entry.workflow()))
                    .texts(entry -> text(entry.action()))
                    .texts(entry -> text(entry.target()))
                    .texts(entry -> text(entry.subject()))
                    .texts(entry -> text(entry.reason()))
                    .texts(entry -> text(entry.address()))
                    .texts(entry -> text(entry.traceId()));
            statement.executeUpdate();
        }
    }

    /** The columns of one that is added by the statement that makes the change itself, after those of the change. */
    static void set(PreparedStatement statement, int first, Origin origin) throws SQLException {
        statement.setString(first, text(origin.action()));
        statement.setString(first + 1, text(origin.by()));
        statement.setString(first + 2, text(origin.address()));
        statement.setString(first + 3, text(origin.traceId()));
    }

    private static @Nullable String text(@Nullable String text) {
        return text == null ? null : ExecutionTable.withoutZero(text);
    }
}
