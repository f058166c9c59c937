package dev.capocomico.persistence.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.capocomico.persistence.embedded.Durability;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import dev.capocomico.persistence.schema.SchemaException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaTest {
    private static final Migration FIRST =
            new Migration(1, "first", "CREATE TABLE first (id int); INSERT INTO first VALUES (1)");
    private static final Migration SECOND = new Migration(2, "second", "ALTER TABLE first ADD COLUMN name text");

    @TempDir
    static Path temporary;

    private static EmbeddedPostgres postgres;

    private DataSource database = postgres.dataSource();

    @BeforeAll
    static void start() {
        postgres = EmbeddedPostgres.start(
                EmbeddedPostgresSettings.in(temporary).withDurability(Durability.FAST_FOR_TESTS), Progress.silent());
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @BeforeEach
    void empty_the_database() throws SQLException {
        execute("DROP SCHEMA public CASCADE", "CREATE SCHEMA public");
    }

    @Test
    void an_empty_database_gets_everything_once() throws SQLException {
        assertThat(Schema.migrate(database)).isEqualTo(Migration.FILES.size());
        assertThat(Schema.migrate(database)).isZero();
        assertThat(query("SELECT string_agg(version || ' ' || name, ', ' ORDER BY version) FROM capo_schema"))
                .isEqualTo(
                        "1 journal, 2 executions, 3 events_and_waking, 4 retention, 5 quarantine, 6 audit, 7 horizon, 8 end_listed_at, 9 event_keys, 10 node_lease");
    }

    @Test
    void every_table_says_what_it_is_for() throws SQLException {
        Schema.migrate(database);
        assertThat(query("SELECT string_agg(relname, ',') FROM pg_class WHERE relkind = 'r'"
                        + " AND relnamespace = 'public'::regnamespace AND relname <> 'capo_schema'"
                        + " AND obj_description(oid, 'pg_class') IS NULL"))
                .isNull();
    }

    @Test
    void starters_at_once_all_succeed_and_each_migration_is_applied_once() throws Exception {
        int starters = 4;
        CyclicBarrier together = new CyclicBarrier(starters);
        List<Future<Integer>> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(starters)) {
            for (int i = 0; i < starters; i++) {
                results.add(threads.submit(() -> {
                    together.await();
                    return Schema.migrate(database);
                }));
            }
        }
        int applied = 0;
        for (Future<Integer> result : results) {
            applied += result.get();
        }
        assertThat(applied).isEqualTo(Migration.FILES.size());
    }

    @Test
    void a_database_of_a_newer_program_is_refused_and_not_changed() throws SQLException {
        apply(FIRST, SECOND);
        refused(Reason.DATABASE_IS_NEWER, FIRST)
                .contains("schema version 2")
                .contains("up to 1")
                .contains("newer");
        assertThat(query("SELECT count(*) FROM capo_schema")).isEqualTo("2");
    }

    @Test
    void a_released_migration_that_was_changed_is_refused_before_anything_is_applied() throws SQLException {
        apply(FIRST);
        Migration changed = new Migration(1, "first", FIRST.sql() + ";");
        refused(Reason.HISTORY_DIFFERS, changed, SECOND).contains("schema version 1 (first)");
        assertThat(query("SELECT count(*) FROM capo_schema")).isEqualTo("1");
    }

    @Test
    void a_gap_in_the_history_is_refused() throws SQLException {
        apply(FIRST, SECOND);
        execute("DELETE FROM capo_schema WHERE version = 1");
        refused(Reason.HISTORY_DIFFERS, FIRST, SECOND).contains("lacks schema version 1");
    }

    @Test
    void line_ends_of_a_checkout_do_not_count_as_a_change() {
        Migration unix = new Migration(1, "first", "SELECT 1;\nSELECT 2;\n");
        Migration windows = new Migration(1, "first", "SELECT 1;\r\nSELECT 2;\r\n");
        assertThat(windows.checksum()).isEqualTo(unix.checksum());
    }

    @Test
    void a_migration_that_fails_leaves_nothing_and_keeps_those_before_it() throws SQLException {
        Migration failing =
                new Migration(2, "failing", "CREATE TABLE half (id int); INSERT INTO half VALUES (1); SELECT 1 / 0");
        refused(Reason.MIGRATION_FAILED, FIRST, failing)
                .contains("Schema version 2 (failing)")
                .contains("division by zero")
                .contains("rolled back");
        assertThat(query("SELECT to_regclass('half')")).isNull();
        assertThat(query("SELECT max(version) FROM capo_schema")).isEqualTo("1");
        assertThat(apply(FIRST, SECOND)).isEqualTo(1);
    }

    @Test
    void a_connection_is_given_back_as_it_was_and_without_the_lock() throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            Schema.migrate(connection);
            assertThat(connection.getAutoCommit()).isFalse();
            assertThat(query("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))
                    .isEqualTo("0");
        }
    }

    @Test
    void every_file_in_the_folder_is_listed() throws IOException {
        Path folder = Path.of(System.getProperty("capocomico.root"))
                .resolve("persistence/src/main/resources/dev/capocomico/persistence/schema");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Migration.FILES);
        }
        assertThat(Migration.all()).extracting(Migration::version).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    }

    @Test
    void of_two_writers_of_one_step_the_second_is_refused_and_each_row_knows_its_transaction() throws SQLException {
        Schema.migrate(database);
        String insert = "INSERT INTO event_journal (persistence_id, sequence_number, deleted, writer, write_timestamp,"
                + " adapter_manifest, event_payload, event_ser_id, event_ser_manifest, meta_payload, meta_ser_id,"
                + " meta_ser_manifest) VALUES ('execution|a', %d, false, 'w', 1, '', '\\x01', 7, 'm', NULL, NULL, NULL)";
        execute(insert.formatted(1), insert.formatted(2));
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> execute(insert.formatted(2)))
                .returns("23505", SQLException::getSQLState);
        assertThat(query("SELECT count(DISTINCT tx) FROM event_journal"
                        + " WHERE tx < pg_snapshot_xmin(pg_current_snapshot())"))
                .isEqualTo("2");
    }

    @Test
    void waking_and_lists_read_by_index_beside_many_parked_executions() throws SQLException {
        Schema.migrate(database);
        execute("""
                INSERT INTO execution (started_at, ended_at, updated_at, wake_at, seq_nr, priority, parked, tenant,
                    execution_id, workflow_name, workflow_version, workflow_digest, status)
                SELECT now() - n * interval '1 s', CASE WHEN n % 10 = 0 THEN now() END, now(),
                    CASE WHEN n % 2 = 0 AND n % 10 <> 0 THEN now() + (n - 20) * interval '1 s' END, 1, 2,
                    n % 10 NOT IN (0, 5) OR n % 500 = 1, 't', 'e' || n, 'w' || n % 7, '1', 'd',
                    CASE WHEN n % 10 = 0 THEN 'completed' WHEN n % 1000 = 1 THEN 'paused' ELSE 'executing' END
                FROM generate_series(1, 20000) n""", "ANALYZE execution");
        assertThat(
                        plan(
                                "SELECT execution_id FROM execution WHERE ended_at IS NULL AND parked AND quarantined_at IS NULL AND wake_at <= now() ORDER BY wake_at LIMIT 100"))
                .contains("execution_due");
        assertThat(plan(
                        "SELECT execution_id FROM execution WHERE ended_at IS NULL AND NOT parked AND quarantined_at IS NULL"
                                + " AND (tenant, execution_id) > ('t', 'e5') ORDER BY tenant, execution_id LIMIT 100"))
                .contains("execution_awake")
                .doesNotContain("Sort");
        assertThat(plan("SELECT execution_id FROM execution WHERE tenant = 't'"
                        + " AND (started_at, execution_id) < (now() - interval '1 h', 'e5')"
                        + " ORDER BY started_at DESC, execution_id DESC LIMIT 50"))
                .contains("execution_by_start")
                .doesNotContain("Sort");
        assertThat(plan("SELECT execution_id FROM execution WHERE tenant = 't' AND status = 'paused'"
                        + " ORDER BY started_at DESC, execution_id DESC LIMIT 50"))
                .contains("execution_by_status")
                .doesNotContain("Sort");
    }

    private String plan(String sql) throws SQLException {
        return query("EXPLAIN " + sql);
    }

    private int apply(Migration... migrations) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return new Schema(List.of(migrations)).applyTo(connection);
        }
    }

    private org.assertj.core.api.AbstractStringAssert<?> refused(Reason reason, Migration... migrations) {
        SchemaException refusal = catchThrowableOfType(SchemaException.class, () -> apply(migrations));
        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).isEqualTo(reason);
        return assertThat(refusal.getMessage());
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The first column of all rows, a line each; null if the only row holds null. */
    private String query(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            String all = rows.getString(1);
            while (rows.next()) {
                all += "\n" + rows.getString(1);
            }
            return all;
        }
    }
}
