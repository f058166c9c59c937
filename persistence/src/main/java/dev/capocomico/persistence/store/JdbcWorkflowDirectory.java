package dev.capocomico.persistence.store;

import dev.capocomico.engine.store.NamePatterns;
import dev.capocomico.engine.store.StoreException;
import dev.capocomico.engine.store.WorkflowDirectory;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Registered workflows from the table {@code definition}. Fails with {@link StoreException}. */
public final class JdbcWorkflowDirectory implements WorkflowDirectory {
    private static final String SELECT = """
            SELECT definition_id, name, version, digest, (extract(epoch FROM created_at) * 1000000)::bigint
            FROM definition WHERE registered AND tenant = ?""";

    private final DataSource database;

    public JdbcWorkflowDirectory(DataSource database) {
        this.database = database;
    }

    @Override
    public Optional<Registered> byId(String tenant, String id) {
        return first(query(SELECT + " AND definition_id = ?", tenant, UUID.fromString(id)));
    }

    /** The one registered last is the same that a child execution without a version would get. */
    @Override
    public Optional<Registered> byName(String tenant, String name, @Nullable String version) {
        return first(
                version == null
                        ? query(SELECT + " AND name = ? ORDER BY created_at DESC, version DESC LIMIT 1", tenant, name)
                        : query(SELECT + " AND name = ? AND version = ?", tenant, name, version));
    }

    @Override
    public Optional<Registered> byDigest(String tenant, String digest) {
        return first(query(SELECT + " AND digest = ?", tenant, digest));
    }

    @Override
    public List<Registered> newest(
            String tenant, @Nullable String name, NamePatterns among, @Nullable After after, int limit) {
        StringBuilder sql = new StringBuilder(SELECT);
        List<Object> values = new ArrayList<>(List.of(tenant));
        if (name != null) {
            sql.append(" AND name = ?");
            values.add(name);
        }
        if (!among.isAny()) {
            sql.append(" AND ").append(LikePatterns.condition("name", among));
            values.addAll(LikePatterns.values(among));
        }
        if (after != null) {
            sql.append(" AND (created_at, definition_id) < (to_timestamp(0) + ? * interval '1 microsecond', ?)");
            values.add(after.registeredAtMicros());
            values.add(UUID.fromString(after.id()));
        }
        sql.append(" ORDER BY created_at DESC, definition_id DESC LIMIT ?");
        values.add(limit);
        return query(sql.toString(), values.toArray());
    }

    private static Optional<Registered> first(List<Registered> found) {
        return found.stream().findFirst();
    }

    private List<Registered> query(String sql, Object... values) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            List<Registered> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(new Registered(
                            row.getString(1), row.getString(2), row.getString(3), row.getString(4), row.getLong(5)));
                }
            }
            return found;
        } catch (SQLException e) {
            throw new StoreException("the workflows could not be read", e);
        }
    }
}
