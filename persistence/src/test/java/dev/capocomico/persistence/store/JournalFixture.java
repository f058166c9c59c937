package dev.capocomico.persistence.store;

import com.fasterxml.jackson.databind.node.IntNode;
import dev.capocomico.engine.DefinitionStore;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.StartOptions;
import dev.capocomico.model.execution.Step;
import dev.capocomico.model.execution.Target;
import dev.capocomico.persistence.embedded.Durability;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import dev.capocomico.persistence.schema.Schema;
import dev.capocomico.persistence.wire.StepCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A database with the schema, empty before each test, and steps written into its journal as the plugin does. The server is one for all
 * tests of this JVM: starting it takes longer than most of them.
 */
final class JournalFixture implements BeforeAllCallback, BeforeEachCallback {
    static final String DIGEST = "digest-of-flow";

    /** Two tasks; the second waits for an event. */
    private static final String TREE = """
            {"workflow": {"name": "flow", "version": "1", "input_schema": {"tasks": []}, "priority": "high", "tasks": [
              {"id": "first", "agent": "a", "input": {"id": "x"}},
              {"id": "second", "agent": "a", "on_event": {"match": "true", "topic": "paid"}}]}}""";

    private static final String INSERT = """
            INSERT INTO event_journal (persistence_id, sequence_number, deleted, writer, write_timestamp, adapter_manifest,
              event_payload, event_ser_id, event_ser_manifest) VALUES (?, ?, false, 'w', ?, '', ?, 1667330159, ?)""";

    private @Nullable EmbeddedPostgres postgres;
    private @Nullable Path directory;

    /** Closed by JUnit when its last test is over. */
    private record Server(Path directory, EmbeddedPostgres postgres) implements AutoCloseable {
        static Server start() {
            try {
                Path directory = Files.createTempDirectory("journal");
                EmbeddedPostgresSettings settings = EmbeddedPostgresSettings.in(directory);
                return new Server(
                        directory,
                        EmbeddedPostgres.start(settings.withDurability(Durability.FAST_FOR_TESTS), Progress.silent()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            postgres.close();
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        Server server = context.getRoot()
                .getStore(ExtensionContext.Namespace.create(JournalFixture.class))
                .getOrComputeIfAbsent(Server.class, key -> Server.start(), Server.class);
        postgres = server.postgres();
        directory = server.directory();
    }

    @Override
    public void beforeEach(ExtensionContext context) throws SQLException {
        execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        Schema.migrate(database());
        new JdbcDefinitionStore(database()).keep("t", new DefinitionStore.Stored(DIGEST, "flow", "1", TREE));
    }

    DataSource database() {
        return Objects.requireNonNull(postgres).dataSource();
    }

    void write(String id, long number, Fact... facts) throws SQLException {
        try (Connection connection = database().getConnection()) {
            write(connection, id, number, facts);
        }
    }

    static void write(Connection connection, String id, long number, Fact... facts) throws SQLException {
        writeBytes(
                connection, id, number, StepCodec.encode(new Step(number, 1_000 * number, java.util.List.of(facts))));
    }

    static void writeBytes(Connection connection, String id, long number, byte[] bytes) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            statement.setString(1, "execution|t/" + id);
            statement.setLong(2, number);
            statement.setLong(3, System.currentTimeMillis());
            statement.setBytes(4, bytes);
            statement.setString(5, StepCodec.manifest());
            statement.executeUpdate();
        }
    }

    static Fact.Started started(String id) {
        return started(id, StartOptions.NONE);
    }

    static Fact.Started started(String id, StartOptions options) {
        return new Fact.Started(id, DIGEST, IntNode.valueOf(1), options, Long.MAX_VALUE, null);
    }

    static Fact.Dispatched dispatched(int task) {
        return new Fact.Dispatched(new Target.Element(task, 0), null);
    }

    static Fact.Ended completed() {
        return new Fact.Ended(
                new Ending(Ending.Kind.COMPLETED, "COMPLETED", "every task is done", null), IntNode.valueOf(7));
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = database().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** What a broken disk does: a large value is still named by its row, and is not there. */
    void loseStoredValue(String table, String column, String condition) throws SQLException {
        String toast = query("SELECT reltoastrelid::regclass FROM pg_class WHERE oid = '" + table + "'::regclass");
        String chunk = query("SELECT pg_column_toast_chunk_id(" + column + ") FROM " + table + " WHERE " + condition);
        String kind = "UPDATE pg_class SET relkind = '%s' WHERE oid = '" + toast + "'::regclass; ";
        try (Connection superuser = superuser();
                Statement statement = superuser.createStatement()) {
            statement.execute("SET allow_system_table_mods = on; "
                    + kind.formatted("r")
                    + "DELETE FROM " + toast + " WHERE chunk_id = " + chunk + "; "
                    + kind.formatted("t"));
        }
    }

    /** Who may do what a broken disk does. The node may not. */
    private Connection superuser() throws SQLException {
        Path password = Objects.requireNonNull(directory).resolve("postgresql").resolve("password");
        try {
            return DriverManager.getConnection(
                    Objects.requireNonNull(postgres).jdbcUrl(),
                    "capo",
                    Files.readString(password).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The only column of all rows, with commas between. */
    String query(String sql) throws SQLException {
        StringBuilder all = new StringBuilder();
        try (Connection connection = database().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                all.append(all.isEmpty() ? "" : ",").append(rows.getString(1));
            }
        }
        return all.toString();
    }
}
