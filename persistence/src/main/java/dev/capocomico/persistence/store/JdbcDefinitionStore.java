package dev.capocomico.persistence.store;

import dev.capocomico.engine.DefinitionStore;
import dev.capocomico.engine.store.StoreException;
import dev.capocomico.model.execution.Origin;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Definitions in the table {@code definition}. Fails with {@link StoreException}. */
public final class JdbcDefinitionStore implements DefinitionStore {
    private static final String UNIQUE_VIOLATION = "23505";

    private final DataSource database;

    public JdbcDefinitionStore(DataSource database) {
        this.database = database;
    }

    /**
     * One statement decides: it makes the row, or gives a row that was only kept its name. It finds nothing to do when the
     * definition was registered before, and is refused by the unique index when another one has the name.
     */
    @Override
    public Registration register(String tenant, Stored definition, @Nullable Origin origin) {
        String insert = """
                INSERT INTO definition (registered, tenant, digest, name, version, tree) VALUES (true, ?, ?, ?, ?, ?::json)
                ON CONFLICT (tenant, digest) DO UPDATE SET registered = true, created_at = now()
                WHERE NOT definition.registered""";
        String sql = origin == null ? insert : """
                WITH registered AS (%s RETURNING tenant, name, version)
                INSERT INTO audit (at, outcome, tenant, workflow, target, action, subject, address, trace_id)
                SELECT now(), 'accepted', tenant, name, version, ?, ?, ?, ? FROM registered""".formatted(insert);
        try {
            return write(sql, tenant, definition, origin) > 0 ? Registration.CREATED : Registration.UNCHANGED;
        } catch (SQLException e) {
            if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
                return Registration.CONFLICT;
            }
            throw new StoreException("the definition " + definition.name() + " could not be registered", e);
        }
    }

    @Override
    public void keep(String tenant, Stored definition) {
        String sql = """
                INSERT INTO definition (registered, tenant, digest, name, version, tree) VALUES (false, ?, ?, ?, ?, ?::json)
                ON CONFLICT (tenant, digest) DO UPDATE SET created_at = now() WHERE NOT definition.registered""";
        try {
            write(sql, tenant, definition, null);
        } catch (SQLException e) {
            throw new StoreException("the definition " + definition.name() + " could not be kept", e);
        }
    }

    private int write(String sql, String tenant, Stored definition, @Nullable Origin origin) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, tenant);
            statement.setString(2, definition.digest());
            statement.setString(3, definition.name());
            statement.setString(4, definition.version());
            statement.setString(5, definition.tree());
            if (origin != null) {
                AuditTable.set(statement, 6, origin);
            }
            return statement.executeUpdate();
        }
    }

    @Override
    public Optional<String> tree(String tenant, String digest) {
        return one("SELECT tree FROM definition WHERE tenant = ? AND digest = ?", tenant, digest, null);
    }

    @Override
    public Optional<String> digest(String tenant, String name, @Nullable String version) {
        return newest("registered", tenant, name, version).or(() -> newest("NOT registered", tenant, name, version));
    }

    private Optional<String> newest(String which, String tenant, String name, @Nullable String version) {
        String sql =
                "SELECT digest FROM definition WHERE %s AND tenant = ? AND name = ?%s ORDER BY created_at DESC, version DESC LIMIT 1"
                        .formatted(which, version == null ? "" : " AND version = ?");
        return one(sql, tenant, name, version);
    }

    private Optional<String> one(String sql, String tenant, String second, @Nullable String third) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, tenant);
            statement.setString(2, second);
            if (third != null) {
                statement.setString(3, third);
            }
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw new StoreException("the definitions could not be read", e);
        }
    }
}
