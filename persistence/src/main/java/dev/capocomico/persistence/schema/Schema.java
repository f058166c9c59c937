package dev.capocomico.persistence.schema;

import dev.capocomico.persistence.schema.SchemaException.Reason;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.sql.DataSource;

/**
 * Brings a database to the shape that this program needs, at every start of a node.
 *
 * <p>Nodes that start at once wait for each other under an advisory lock of the database. Each migration is one transaction,
 * together with the row in {@code capo_schema} that records it: it is there whole or not at all. A database that a newer
 * program has worked on, or whose history is not this program's, is refused before anything is changed.
 */
public final class Schema {
    /** "capo", as the number of an advisory lock that nobody else is likely to use. */
    private static final long LOCK = 0x6361706FL;

    /** How long a node waits for another one's migrations. */
    private static final String LOCK_TIMEOUT = "300s";

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    /** {@code pg_current_xact_id} came with 13; older than 15 is not tested. */
    private static final int SERVER_VERSION_MIN = 150_000;

    private final List<Migration> migrations;

    Schema(List<Migration> migrations) {
        this.migrations = List.copyOf(migrations);
    }

    /**
     * Applies what is missing.
     *
     * @return how many migrations were applied, 0 if the database was as it should be
     * @throws SchemaException if the database cannot be used; no migration is half done then
     */
    public static int migrate(DataSource database) {
        try (Connection connection = database.getConnection()) {
            return migrate(connection);
        } catch (SQLException e) {
            throw unreachable(e);
        }
    }

    /** The same on a connection that is not in a transaction, which is given back as it was. */
    public static int migrate(Connection connection) {
        return new Schema(Migration.all()).applyTo(connection);
    }

    int applyTo(Connection connection) {
        try {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(true);
            try {
                checkServer(connection);
                lock(connection);
                try {
                    return applyMissing(connection);
                } finally {
                    execute(connection, "SELECT pg_advisory_unlock(" + LOCK + ")");
                }
            } finally {
                connection.setAutoCommit(autoCommit);
            }
        } catch (SQLException e) {
            throw unreachable(e);
        }
    }

    private static void checkServer(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT current_setting('server_version_num')::int, current_setting('server_version')")) {
            row.next();
            if (row.getInt(1) < SERVER_VERSION_MIN) {
                throw new SchemaException(
                        Reason.SERVER_TOO_OLD,
                        "The %s is on PostgreSQL %s; 15 or newer is needed. Upgrade the server, or name another one."
                                .formatted(name(connection), row.getString(2)),
                        null);
            }
        }
    }

    private static void lock(Connection connection) throws SQLException {
        execute(connection, "SET lock_timeout = '" + LOCK_TIMEOUT + "'");
        try {
            execute(connection, "SELECT pg_advisory_lock(" + LOCK + ")");
        } catch (SQLException e) {
            if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw new SchemaException(
                        Reason.DATABASE_UNREACHABLE,
                        "Another node has been migrating the %s for more than %s. Look whether it hangs, and start again when it is done."
                                .formatted(name(connection), LOCK_TIMEOUT),
                        e);
            }
            throw e;
        } finally {
            execute(connection, "RESET lock_timeout");
        }
    }

    private int applyMissing(Connection connection) throws SQLException {
        execute(connection, """
                CREATE TABLE IF NOT EXISTS capo_schema (
                  version integer PRIMARY KEY,
                  name text NOT NULL,
                  checksum text NOT NULL,
                  applied_at timestamptz NOT NULL DEFAULT now()
                )""");
        SortedMap<Integer, Applied> applied = applied(connection);
        checkHistory(connection, applied);
        int count = 0;
        for (Migration migration : migrations) {
            if (!applied.containsKey(migration.version())) {
                apply(connection, migration);
                count++;
            }
        }
        return count;
    }

    private record Applied(String name, String checksum) {}

    private static SortedMap<Integer, Applied> applied(Connection connection) throws SQLException {
        SortedMap<Integer, Applied> applied = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT version, name, checksum FROM capo_schema")) {
            while (rows.next()) {
                applied.put(rows.getInt(1), new Applied(rows.getString(2), rows.getString(3)));
            }
        }
        return applied;
    }

    private void checkHistory(Connection connection, SortedMap<Integer, Applied> applied) throws SQLException {
        if (applied.isEmpty()) {
            return;
        }
        int known = migrations.size();
        int newest = applied.lastKey();
        if (newest > known) {
            throw new SchemaException(
                    Reason.DATABASE_IS_NEWER,
                    "The %s has schema version %d, and this program knows versions up to %d: a newer Capocomico has worked on it. Start that version, or restore a backup from before the upgrade."
                            .formatted(name(connection), newest, known),
                    null);
        }
        for (Migration migration : migrations.subList(0, newest)) {
            Applied then = applied.get(migration.version());
            if (then == null || !then.checksum().equals(migration.checksum())) {
                throw new SchemaException(
                        Reason.HISTORY_DIFFERS,
                        "The %s %s; a released migration never changes. Start the version of Capocomico that made this database, or choose an empty one."
                                .formatted(
                                        name(connection),
                                        then == null
                                                ? "lacks schema version %d (%s) below its newest, %d"
                                                        .formatted(migration.version(), migration.name(), newest)
                                                : "was given a schema version %d (%s) that is not the one in this program (%s)"
                                                        .formatted(migration.version(), then.name(), migration.name())),
                        null);
            }
        }
    }

    private static void apply(Connection connection, Migration migration) throws SQLException {
        connection.setAutoCommit(false);
        try {
            execute(connection, migration.sql());
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO capo_schema (version, name, checksum) VALUES (?, ?, ?)")) {
                insert.setInt(1, migration.version());
                insert.setString(2, migration.name());
                insert.setString(3, migration.checksum());
                insert.executeUpdate();
            }
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw new SchemaException(
                    Reason.MIGRATION_FAILED,
                    "Schema version %d (%s) could not be applied to the %s and was rolled back: %s. Mend what it says (the user needs the right to create tables) and start again."
                            .formatted(migration.version(), migration.name(), name(connection), e.getMessage()),
                    e);
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The database without what may follow a question mark in its address, which can hold a password. */
    private static String name(Connection connection) throws SQLException {
        String url = connection.getMetaData().getURL();
        int parameters = url.indexOf('?');
        return "database " + (parameters < 0 ? url : url.substring(0, parameters));
    }

    private static SchemaException unreachable(SQLException e) {
        return new SchemaException(
                Reason.DATABASE_UNREACHABLE,
                "The schema of the database could not be read: %s. Check that the server runs, and its address, user and password."
                        .formatted(e.getMessage()),
                e);
    }
}
