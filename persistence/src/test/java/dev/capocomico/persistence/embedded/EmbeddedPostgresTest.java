package dev.capocomico.persistence.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.capocomico.persistence.embedded.EmbeddedPostgresException.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {
    @TempDir
    Path temporary;

    private final List<String> said = new ArrayList<>();
    private final List<Process> children = new ArrayList<>();

    @AfterEach
    void end_children() throws InterruptedException {
        for (Process child : children) {
            child.destroyForcibly().waitFor();
        }
    }

    @Test
    void what_was_committed_is_there_at_the_next_start_under_the_same_address() throws Exception {
        String address;
        try (EmbeddedPostgres first = start(durable())) {
            execute(first, "CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('once')");
            address = first.jdbcUrl();
        }
        assertThat(said).anyMatch(phrase -> phrase.startsWith("creating the database in"));
        said.clear();
        try (EmbeddedPostgres again = start(durable())) {
            assertThat(query(again, "SELECT word FROM kept")).isEqualTo("once");
            assertThat(again.jdbcUrl()).isEqualTo(address);
        }
        assertThat(said).singleElement().asString().startsWith("starting PostgreSQL " + Binaries.version());
    }

    @Test
    void a_durable_server_forces_every_commit_to_disk_and_listens_to_this_machine_only() throws Exception {
        try (EmbeddedPostgres postgres = start(durable())) {
            assertThat(query(postgres, "SHOW fsync")).isEqualTo("on");
            assertThat(query(postgres, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(query(postgres, "SHOW full_page_writes")).isEqualTo("on");
            assertThat(query(postgres, "SHOW data_checksums")).isEqualTo("on");
            assertThat(query(postgres, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            String password =
                    Files.readString(directory().resolve("postgresql/password")).strip();
            try (Connection superuser = DriverManager.getConnection(postgres.jdbcUrl(), "capo", password);
                    ResultSet row = superuser.createStatement().executeQuery("SHOW unix_socket_directories")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getString(1)).isEmpty();
            }
            assertThat(query(postgres, "SHOW jit")).isEqualTo("off");
            assertThat(query(postgres, "SHOW server_encoding")).isEqualTo("UTF8");
            assertThat(query(postgres, "SHOW server_version")).startsWith(Binaries.version());
            assertThat(query(postgres, "SELECT upper('é') || datlocale FROM pg_database WHERE datname = 'capo'"))
                    .isEqualTo("ÉC.UTF-8");
        }
    }

    @Test
    void a_server_for_tests_forces_nothing() throws Exception {
        try (EmbeddedPostgres postgres = start(fast())) {
            assertThat(query(postgres, "SHOW fsync")).isEqualTo("off");
            assertThat(query(postgres, "SHOW synchronous_commit")).isEqualTo("off");
        }
    }

    @Test
    void the_password_is_needed_and_only_its_owner_can_read_it() throws Exception {
        try (EmbeddedPostgres postgres = start(fast())) {
            Path file = postgres.dataDirectory().resolve("postgresql/node-password");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(Files.readString(file).strip()).isEqualTo(postgres.password());
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> postgres.dataSource().getConnection("capo_node", "guess"))
                    .returns("28P01", SQLException::getSQLState);
        }
    }

    @Test
    void a_killed_server_comes_back_with_what_was_committed_and_nothing_else() throws Exception {
        try (EmbeddedPostgres postgres = start(durable())) {
            execute(postgres, "CREATE TABLE kept (word text)");
            String address = postgres.jdbcUrl();
            try (Connection open = postgres.dataSource().getConnection();
                    Statement statement = open.createStatement()) {
                execute(postgres, "INSERT INTO kept VALUES ('committed')");
                open.setAutoCommit(false);
                statement.execute("INSERT INTO kept VALUES ('not committed')");
                postgres.killServer();
                assertThat(postgres.isRunning()).isFalse();
                assertThatExceptionOfType(SQLException.class).isThrownBy(() -> query(postgres, "SELECT 1"));
                postgres.restart();
            }
            assertThat(postgres.isRunning()).isTrue();
            assertThat(postgres.jdbcUrl()).isEqualTo(address);
            assertThat(query(postgres, "SELECT string_agg(word, ',') FROM kept"))
                    .isEqualTo("committed");
        }
    }

    @Test
    void a_stopped_server_can_be_started_again_and_close_can_be_called_twice() throws Exception {
        EmbeddedPostgres postgres = start(fast());
        postgres.stopServer();
        assertThat(postgres.isRunning()).isFalse();
        postgres.restart();
        assertThat(query(postgres, "SELECT 1")).isEqualTo("1");
        postgres.close();
        postgres.close();
        assertThat(postgres.isRunning()).isFalse();
    }

    @Test
    void the_server_that_a_killed_jvm_left_behind_is_adopted_without_its_connections() throws Exception {
        Process child = childNode(Durability.FAST_FOR_TESTS);
        long serverPid = pidOfReady(child);
        child.destroyForcibly().waitFor();
        try (EmbeddedPostgres adopted = start(fast())) {
            assertThat(adopted.pid()).isEqualTo(serverPid);
            assertThat(said).singleElement().asString().startsWith("adopting");
            assertThat(query(adopted, "SELECT string_agg(word, ',') FROM kept")).isEqualTo("committed");
            assertThat(query(
                            adopted,
                            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
                                    + " AND state <> 'idle' AND pid <> pg_backend_pid()"))
                    .isEqualTo("0");
        }
        assertThat(PostmasterFile.serves(serverPid, database())).isFalse();
    }

    @Test
    void a_left_over_with_other_settings_is_stopped_and_started_anew() throws Exception {
        Process child = childNode(Durability.DURABLE);
        long serverPid = pidOfReady(child);
        child.destroyForcibly().waitFor();
        try (EmbeddedPostgres postgres = start(fast())) {
            assertThat(postgres.pid()).isNotEqualTo(serverPid);
            assertThat(said).anyMatch(phrase -> phrase.startsWith("stopping the PostgreSQL"));
            assertThat(query(postgres, "SHOW fsync")).isEqualTo("off");
            assertThat(query(postgres, "SELECT string_agg(word, ',') FROM kept"))
                    .isEqualTo("committed");
        }
    }

    @Test
    void the_server_ends_with_a_jvm_that_exits_normally() throws Exception {
        Process child = childNode(Durability.FAST_FOR_TESTS);
        long serverPid = pidOfReady(child);
        child.toHandle().destroy();
        assertThat(child.waitFor()).isEqualTo(143);
        assertThat(PostmasterFile.serves(serverPid, database())).isFalse();
        assertThat(PostmasterFile.in(database())).doesNotExist();
    }

    @Test
    void another_process_on_the_same_directory_is_refused_by_name_and_nothing_is_touched() throws Exception {
        Process child = childNode(Durability.FAST_FOR_TESTS);
        long serverPid = pidOfReady(child);
        refused(() -> start(fast()), Reason.DIRECTORY_IN_USE)
                .contains(directory().toString())
                .contains("process " + child.pid())
                .contains("Stop that node");
        assertThat(PostmasterFile.serves(serverPid, database())).isTrue();
    }

    @Test
    void a_second_start_in_this_process_is_refused_and_does_not_loosen_the_lock() throws Exception {
        try (EmbeddedPostgres postgres = start(fast())) {
            refused(() -> start(fast()), Reason.DIRECTORY_IN_USE).contains("this very process");
            Process child = childNode(Durability.FAST_FOR_TESTS);
            // Should it start after all, the end of its input ends it.
            child.getOutputStream().close();
            String complaint;
            try (BufferedReader reader = child.inputReader(StandardCharsets.UTF_8)) {
                complaint = String.join("\n", reader.lines().toList());
            }
            assertThat(complaint)
                    .contains("is in use by process " + ProcessHandle.current().pid());
            assertThat(query(postgres, "SELECT 1")).isEqualTo("1");
        }
        start(fast()).close();
    }

    @Test
    void a_stale_pid_file_whose_number_belongs_to_another_program_is_no_obstacle() throws Exception {
        start(fast()).close();
        Process other = new ProcessBuilder("sleep", "60").start();
        children.add(other);
        Files.writeString(
                PostmasterFile.in(database()),
                "%d\n%s\n1700000000\n20001\n\n127.0.0.1\n  1234567  1\nready   \n".formatted(other.pid(), database()));
        try (EmbeddedPostgres postgres = start(fast())) {
            assertThat(query(postgres, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void a_database_of_another_major_version_is_refused() throws Exception {
        start(fast()).close();
        Files.writeString(database().resolve("PG_VERSION"), "16\n");
        refused(() -> start(fast()), Reason.VERSION_MISMATCH)
                .contains("made by PostgreSQL 16")
                .contains(Binaries.version());
    }

    @Test
    void a_creation_that_was_interrupted_begins_anew() throws Exception {
        Path half = Files.createDirectories(directory().resolve("postgresql/data.unfinished/base"));
        try (EmbeddedPostgres postgres = start(fast())) {
            assertThat(query(postgres, "SELECT 1")).isEqualTo("1");
        }
        assertThat(half.getParent()).doesNotExist();
    }

    @Test
    void a_lost_password_is_told() throws Exception {
        start(fast()).close();
        Files.delete(directory().resolve("postgresql/password"));
        refused(() -> start(fast()), Reason.DIRECTORY_DAMAGED).contains("password");
        Path password = Files.writeString(directory().resolve("postgresql/password"), "guess\n");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        start(fast()).close();
        // It is needed when the role of the node has to be given another password.
        Files.delete(directory().resolve("postgresql/node-password"));
        refused(() -> start(fast()), Reason.DIRECTORY_DAMAGED).contains("is not that of the database");
        assertThat(PostmasterFile.in(database())).doesNotExist();
    }

    @Test
    void a_port_that_is_taken_is_refused_when_it_was_named_and_avoided_when_not() throws Exception {
        start(fast()).close();
        int usual = ServerConfiguration.portIn(Files.readString(database().resolve(ServerConfiguration.FILE_NAME)));
        try (ServerSocket other = new ServerSocket(usual, 1, InetAddress.getLoopbackAddress())) {
            refused(() -> start(fast().withPort(other.getLocalPort())), Reason.PORT_TAKEN)
                    .contains("127.0.0.1:" + usual);
            try (EmbeddedPostgres postgres = start(fast())) {
                assertThat(postgres.port()).isNotEqualTo(usual);
            }
        }
    }

    @Test
    void a_directory_that_cannot_be_written_is_refused_in_words() throws Exception {
        Path file = Files.writeString(temporary.resolve("file"), "");
        refused(() -> start(EmbeddedPostgresSettings.in(file.resolve("below"))), Reason.DIRECTORY_NOT_USABLE)
                .contains(file.toString())
                .contains("another data directory");
        assumeThat(ServerAccount.effectiveUid()).as("root may write everywhere").isNotZero();
        Path readOnly = Files.createDirectory(
                temporary.resolve("read-only"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-xr-xr-x")));
        refused(() -> start(EmbeddedPostgresSettings.in(readOnly)), Reason.DIRECTORY_NOT_USABLE)
                .contains(readOnly.toString())
                .contains("cannot be written by user");
        refused(() -> start(EmbeddedPostgresSettings.in(readOnly.resolve("below"))), Reason.DIRECTORY_NOT_USABLE);
    }

    @Test
    void paths_that_postgresql_cannot_take_are_refused_and_others_work() throws Exception {
        refused(() -> start(EmbeddedPostgresSettings.in(temporary.resolve("a$b"))), Reason.PATH_NOT_USABLE);
        Path tooLong = temporary;
        for (int i = 0; i < 10; i++) {
            tooLong = tooLong.resolve("x".repeat(90));
        }
        Path refusedPath = tooLong;
        refused(() -> start(EmbeddedPostgresSettings.in(refusedPath)), Reason.PATH_NOT_USABLE)
                .contains("shorter");
        Path odd = temporary.resolve("mit Leerzeichen; 'und' ümläut").resolve("y".repeat(120));
        try (EmbeddedPostgres postgres =
                start(EmbeddedPostgresSettings.in(odd).withDurability(Durability.FAST_FOR_TESTS))) {
            assertThat(postgres.isRunning()).isTrue();
        }
    }

    @Test
    void root_can_also_run_the_server_as_another_user_and_come_back() throws Exception {
        assumeThat(ServerAccount.effectiveUid())
                .as("only root may become somebody else")
                .isZero();
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
        EmbeddedPostgresSettings settings = fast();
        try (EmbeddedPostgres postgres =
                EmbeddedPostgres.start(settings, said::add, EmbeddedPostgresTest::somebodyElse)) {
            execute(postgres, "CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('once')");
            assertThat(DirectoryTree.ownerOf(database())).isNotZero();
        }
        try (EmbeddedPostgres postgres = start(settings)) {
            assertThat(query(postgres, "SELECT word FROM kept")).isEqualTo("once");
        }
    }

    private static ServerAccount somebodyElse(Path directory) {
        return ServerAccount.somebodyElse(ServerAccount.users(), directory).orElseThrow();
    }

    private EmbeddedPostgres start(EmbeddedPostgresSettings settings) {
        return EmbeddedPostgres.start(settings, said::add);
    }

    private EmbeddedPostgresSettings durable() {
        return EmbeddedPostgresSettings.in(temporary.resolve("node"));
    }

    private EmbeddedPostgresSettings fast() {
        return durable().withDurability(Durability.FAST_FOR_TESTS);
    }

    private Path directory() throws IOException {
        return Files.createDirectories(temporary.resolve("node")).toRealPath();
    }

    private Path database() throws IOException {
        return directory().resolve("postgresql/data");
    }

    private Process childNode(Durability durability) throws IOException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NodeToBeKilled.class.getName(),
                        temporary.resolve("node").toString(),
                        durability.name())
                .redirectErrorStream(true)
                .start();
        children.add(child);
        return child;
    }

    private static long pidOfReady(Process child) throws IOException {
        // Left open: closing it would send the child a broken pipe.
        @SuppressWarnings("resource")
        BufferedReader reader = child.inputReader(StandardCharsets.UTF_8);
        List<String> before = new ArrayList<>();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.startsWith("ready ")) {
                return Long.parseLong(line.substring("ready ".length()));
            }
            before.add(line);
        }
        throw new AssertionError("the child ended: " + before);
    }

    private static void execute(EmbeddedPostgres postgres, String... statements) throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String query(EmbeddedPostgres postgres, String sql) throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    private static org.assertj.core.api.AbstractStringAssert<?> refused(ThrowingCallable start, Reason reason) {
        EmbeddedPostgresException refusal =
                org.assertj.core.api.Assertions.catchThrowableOfType(EmbeddedPostgresException.class, start);
        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).as(refusal.getMessage()).isEqualTo(reason);
        return assertThat(refusal.getMessage());
    }
}
