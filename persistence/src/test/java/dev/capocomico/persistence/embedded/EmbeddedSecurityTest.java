package dev.capocomico.persistence.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.capocomico.persistence.directory.ThisUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the embedded database lets a node do, and whom node and command line believe. */
class EmbeddedSecurityTest {
    private static final int SOMEBODY = 4711;

    @TempDir
    Path temporary;

    @Test
    void the_role_of_the_node_owns_its_database_and_may_do_nothing_else() throws Exception {
        try (EmbeddedPostgres postgres = start()) {
            assertThat(query(postgres, "SELECT current_user::text")).isEqualTo("capo_node");
            assertThat(query(postgres, """
                    SELECT concat(rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls)
                    FROM pg_roles WHERE rolname = current_user""")).isEqualTo("fffff");
            execute(postgres, "CREATE TABLE mine (word text)", "DROP TABLE mine");
            for (String forbidden : List.of(
                    "COPY (SELECT 1) TO PROGRAM 'true'",
                    "COPY (SELECT 1) TO '/tmp/capocomico-escape'",
                    "SELECT pg_read_file('/etc/passwd')",
                    "SELECT rolpassword FROM pg_authid",
                    "CREATE ROLE other SUPERUSER",
                    "ALTER ROLE capo_node SUPERUSER",
                    "SET ROLE capo",
                    "ALTER SYSTEM SET fsync = off",
                    "CREATE DATABASE other")) {
                assertThatExceptionOfType(SQLException.class)
                        .as(forbidden)
                        .isThrownBy(() -> execute(postgres, forbidden))
                        .returns("42501", SQLException::getSQLState);
            }
            assertThat(query(postgres, "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules", "capo"))
                    .isEqualTo("scram-sha-256");
        }
    }

    @Test
    void a_database_in_which_the_node_was_superuser_is_handed_over_with_all_that_is_in_it() throws Exception {
        try (EmbeddedPostgres postgres = start()) {
            asSuperuser(
                    postgres,
                    "ALTER DATABASE capo OWNER TO capo",
                    "DROP OWNED BY capo_node",
                    "DROP ROLE capo_node",
                    "CREATE TABLE kept (id bigint GENERATED ALWAYS AS IDENTITY, n serial, word text PRIMARY KEY)",
                    "CREATE VIEW seen AS SELECT word FROM kept",
                    "CREATE SEQUENCE alone",
                    "CREATE FUNCTION shout(text) RETURNS text LANGUAGE sql RETURN upper($1)",
                    "INSERT INTO kept (word) VALUES ('once')");
        }
        Files.delete(home().resolve("node-password"));
        try (EmbeddedPostgres postgres = start()) {
            execute(
                    postgres,
                    "INSERT INTO kept (word) VALUES ('twice')",
                    "ALTER TABLE kept ADD COLUMN more text",
                    "CREATE INDEX ON kept (more)",
                    "CREATE OR REPLACE VIEW seen AS SELECT word FROM kept ORDER BY word",
                    "CREATE OR REPLACE FUNCTION shout(text) RETURNS text LANGUAGE sql RETURN lower($1)",
                    "DROP SEQUENCE alone");
            assertThat(query(postgres, "SELECT string_agg(word, ',') FROM seen"))
                    .isEqualTo("once,twice");
            assertThat(query(
                            postgres,
                            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                                    + " AND relowner <> 'capo_node'::regrole"))
                    .isEqualTo("0");
        }
    }

    @Test
    void a_set_up_that_was_interrupted_is_done_again() throws Exception {
        try (EmbeddedPostgres postgres = start()) {
            asSuperuser(
                    postgres,
                    "ALTER ROLE capo_node NOLOGIN",
                    "ALTER DATABASE capo OWNER TO capo",
                    "CREATE TABLE kept (word text)");
        }
        try (EmbeddedPostgres postgres = start()) {
            execute(postgres, "ALTER TABLE kept ADD COLUMN more text");
        }
        Files.delete(home().resolve("node-password"));
        try (EmbeddedPostgres postgres = start()) {
            execute(postgres, "INSERT INTO kept VALUES ('the role has got another password', '')");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_server_that_asks_for_less_than_scram_or_does_not_prove_itself_is_refused(FakePostgres.Asks asks)
            throws Exception {
        String password = "of-the-node-and-long-enough";
        try (FakePostgres fake = new FakePostgres(asks)) {
            assertThatExceptionOfType(SQLException.class).isThrownBy(() -> DriverManager.getConnection(
                            EmbeddedPostgres.jdbcUrl(fake.port(), "capo") + "&socketTimeout=10", "capo_node", password)
                    .close());
            assertThat(fake.heard())
                    .as("no password, neither plain nor by MD5, and no question")
                    .noneMatch(message -> message.contains(password) || message.startsWith("pmd5"))
                    .allMatch(message -> message.startsWith("p"));
        }
    }

    @Test
    void nothing_in_a_data_directory_can_be_read_by_others() throws Exception {
        try (EmbeddedPostgres postgres = start()) {
            execute(postgres, "CREATE TABLE kept (word text)");
            try (Stream<Path> all = Files.walk(home().getParent())) {
                List<Path> open = new ArrayList<>();
                for (Path path : all.filter(Files::exists).toList()) {
                    if (((Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 066) != 0) {
                        open.add(path);
                    }
                }
                assertThat(open).isEmpty();
            }
        }
    }

    @Test
    void what_somebody_else_may_have_put_into_a_data_directory_stops_the_start() throws Exception {
        start().close();
        Path lock = home().resolveSibling("capo.lock");
        Path victim = Files.writeString(temporary.resolve("victim"), "precious");
        Files.delete(lock);
        Files.createSymbolicLink(lock, victim);
        refused(this::start, "is no plain file");
        Files.delete(lock);
        Files.createLink(lock, victim);
        refused(this::start, "has another name elsewhere");
        assertThat(victim).hasContent("precious");
        Files.delete(lock);

        Path password = home().resolve("password");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-r--r--"));
        refused(this::start, "is no secret any more");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        start().close();

        assumeThat(ThisUser.uid()).as("only root can give files away").isZero();
        Files.setAttribute(lock, "unix:uid", SOMEBODY);
        refused(this::start, "belongs to user number " + SOMEBODY);
        Files.setAttribute(lock, "unix:uid", 0);
        Files.setAttribute(home().getParent(), "unix:uid", SOMEBODY);
        refused(this::start, "belongs to user number " + SOMEBODY);
    }

    @Test
    void programs_that_somebody_else_may_have_put_into_the_cache_are_not_started() throws Exception {
        assumeThat(ThisUser.uid())
                .as("only root can give files away, and only another is refused root's")
                .isZero();
        Path cache = Files.createDirectory(temporary.resolve("cache"));
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
        Binaries own = Binaries.in(cache, Platform.current(), Progress.silent());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cache)))
                .isEqualTo("rwxr-xr-x");
        Files.setAttribute(own.home(), "unix:uid", SOMEBODY);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Binaries.in(cache, Platform.current(), Progress.silent()))
                .withMessageContaining("belongs to user number " + SOMEBODY);
    }

    private EmbeddedPostgres start() {
        return EmbeddedPostgres.start(
                EmbeddedPostgresSettings.in(temporary.resolve("node")).withDurability(Durability.FAST_FOR_TESTS),
                Progress.silent());
    }

    private Path home() throws IOException {
        return temporary.resolve("node").toRealPath().resolve("postgresql");
    }

    private void asSuperuser(EmbeddedPostgres postgres, String... statements) throws Exception {
        String password = Files.readString(home().resolve("password")).strip();
        try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl(), "capo", password)) {
            run(connection, statements);
        }
    }

    private static void execute(EmbeddedPostgres postgres, String... statements) throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection()) {
            run(connection, statements);
        }
    }

    private static void run(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String query(EmbeddedPostgres postgres, String sql) throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection()) {
            return query(connection, sql);
        }
    }

    private String query(EmbeddedPostgres postgres, String sql, String user) throws Exception {
        String password = Files.readString(home().resolve("password")).strip();
        try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl(), user, password)) {
            return query(connection, sql);
        }
    }

    private static String query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    private static void refused(ThrowingCallable start, String why) {
        assertThatExceptionOfType(EmbeddedPostgresException.class)
                .isThrownBy(start)
                .withMessageContaining(why)
                .returns(EmbeddedPostgresException.Reason.DIRECTORY_NOT_USABLE, EmbeddedPostgresException::reason);
    }
}
