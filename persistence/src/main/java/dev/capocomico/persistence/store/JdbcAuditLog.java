package dev.capocomico.persistence.store;

import dev.capocomico.engine.store.AuditLog;
import dev.capocomico.engine.store.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The table {@code audit}. Fails with {@link StoreException}. Thread-safe. */
public final class JdbcAuditLog implements AuditLog {
    private final DataSource database;

    public JdbcAuditLog(DataSource database) {
        this.database = database;
    }

    @Override
    public void append(List<Entry> entries) {
        try (Connection connection = database.getConnection()) {
            AuditTable.add(connection, entries);
        } catch (SQLException e) {
            throw new StoreException("the audit could not be written", e);
        }
    }

    @Override
    public Page page(Filter filter, @Nullable Long after, int limit) {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException("a page has 1 to %d entries, not %d".formatted(LIMIT_MAX, limit));
        }
        StringBuilder sql = new StringBuilder("""
                SELECT audit_id, at, times, tenant, subject, action, outcome, workflow, execution_id, target, reason, address, trace_id
                FROM audit WHERE (tenant = ?""");
        sql.append(filter.strangers() ? " OR tenant IS NULL)" : ")");
        List<Object> values = new ArrayList<>(List.of(filter.tenant()));
        and(sql, values, " AND subject = ?", filter.subject());
        and(sql, values, " AND action = ?", filter.action());
        and(sql, values, " AND workflow = ?", filter.workflow());
        if (!filter.among().isAny()) {
            sql.append(" AND ").append(LikePatterns.condition("workflow", filter.among()));
            values.addAll(LikePatterns.values(filter.among()));
        }
        and(sql, values, " AND execution_id = ?", filter.executionId());
        and(
                sql,
                values,
                " AND outcome = ?",
                filter.outcome() == null ? null : filter.outcome().wireName());
        and(sql, values, " AND at >= ?", timestamp(filter.since()));
        and(sql, values, " AND at < ?", timestamp(filter.until()));
        and(sql, values, " AND audit_id < ?", after);
        // One more than asked for, to know whether it goes on.
        sql.append(" ORDER BY audit_id DESC LIMIT ").append(limit + 1);
        List<Long> ids = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql.toString())) {
            for (int i = 0; i < values.size(); i++) {
                statement.setObject(i + 1, values.get(i));
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    ids.add(row.getLong(1));
                    entries.add(entry(row));
                }
            }
        } catch (SQLException e) {
            throw new StoreException("the audit could not be read", e);
        }
        return entries.size() <= limit
                ? new Page(entries, null)
                : new Page(entries.subList(0, limit), ids.get(limit - 1));
    }

    private static void and(StringBuilder sql, List<Object> values, String condition, @Nullable Object value) {
        if (value != null) {
            sql.append(condition);
            values.add(value);
        }
    }

    private static @Nullable OffsetDateTime timestamp(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                row.getObject(2, OffsetDateTime.class).toInstant(),
                row.getInt(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getString(7).equals(Outcome.DENIED.wireName()) ? Outcome.DENIED : Outcome.ACCEPTED,
                row.getString(8),
                row.getString(9),
                row.getString(10),
                row.getString(11),
                row.getString(12),
                row.getString(13));
    }

    @Override
    public int removeBefore(Instant time, int limit) {
        String sql = """
                DELETE FROM audit WHERE audit_id IN (SELECT audit_id FROM audit WHERE at < ? ORDER BY at LIMIT ?)""";
        try {
            return Transactions.run(database, connection -> {
                try (Statement permit = connection.createStatement();
                        PreparedStatement statement = connection.prepareStatement(sql)) {
                    // Without it the table lets nobody remove anything.
                    permit.execute("SET LOCAL capocomico.audit_retention = 'on'");
                    statement.setObject(1, timestamp(time));
                    statement.setInt(2, limit);
                    return statement.executeUpdate();
                }
            });
        } catch (SQLException e) {
            throw new StoreException("old entries of the audit could not be removed", e);
        }
    }
}
