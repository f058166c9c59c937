package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.engine.probe.CrashPoint;
import dev.capocomico.engine.probe.Probe;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.TaskStatus;
import dev.capocomico.persistence.embedded.Durability;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executions that are read back from a state instead of from their first step, on a real database. */
class SnapshotsTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int ROUNDS = 12;
    private static final String ID = "long-1";

    @TempDir
    static Path temporary;

    private static EmbeddedPostgres postgres;

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
        execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    }

    @Test
    void an_execution_goes_on_from_its_snapshot_and_the_steps_after_it() throws Exception {
        runToItsWait(Probe.NONE);
        assertThat(query("SELECT count(*) FROM snapshot"))
                .as("the last one replaces the others")
                .isEqualTo("1");
        // If it were read from its first step, this would not do.
        execute("DELETE FROM event_journal WHERE sequence_number <= (SELECT sequence_number FROM snapshot)");
        assertThat(query("SELECT count(*) > 0 FROM event_journal")).isEqualTo("t");
        assertThat(goesOn()).isEqualTo(ROUNDS);
    }

    @Test
    void a_snapshot_that_cannot_be_read_is_set_aside_and_all_steps_are_read() throws Exception {
        runToItsWait(Probe.NONE);
        execute("UPDATE snapshot SET snapshot_payload = substring(snapshot_payload, 1, 100)");
        assertThat(goesOn()).isEqualTo(ROUNDS);
    }

    @Test
    void a_snapshot_of_a_newer_program_is_set_aside() throws Exception {
        runToItsWait(Probe.NONE);
        execute("UPDATE snapshot SET snapshot_ser_manifest = 'state/1000000'");
        assertThat(goesOn()).isEqualTo(ROUNDS);
    }

    @Test
    void an_execution_whose_snapshots_cannot_be_written_does_not_notice() throws Exception {
        runToItsWait(point -> {
            if (point == CrashPoint.BEFORE_SNAPSHOT) {
                throw new IllegalStateException("the disk is full");
            }
        });
        assertThat(query("SELECT count(*) FROM snapshot")).isEqualTo("0");
        assertThat(goesOn()).isEqualTo(ROUNDS);
    }

    /** Two or more steps a round, and a large value in the state. */
    private static void runToItsWait(Probe probe) throws Exception {
        try (Capocomico capo = node(probe)) {
            WorkflowRef workflow = capo.register(Workflow.named("long")
                    .agent("c", role -> role.type("count"))
                    .task("count", task -> task.agent("c")
                            .input("${output == null ? 0 : output.n}")
                            .repeat("${output.n >= " + ROUNDS + "}", ROUNDS + 1, Duration.ofMillis(1)))
                    .task("go", task -> task.waitFor("go").dependsOn("count"))
                    .task("last", task -> task.agent("c")
                            .dependsOn("go")
                            .input("${tasks.count.output.n + size(input.text) - size(tasks.count.output.text) - 1}"))
                    .build());
            Execution run = capo.execute(workflow, Map.of("text", "t".repeat(50_000)), ExecutionOptions.id(ID));
            long deadline = System.nanoTime() + SOON.toNanos();
            while (run.view().tasks().get(1).status() != TaskStatus.WAITING) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.sleep(10);
            }
        }
    }

    private static int goesOn() throws Exception {
        try (Capocomico capo = node(Probe.NONE)) {
            Execution run = capo.execution(ID);
            run.signal("go", null);
            return run.await(SOON).at("/last/n").asInt();
        }
    }

    private static Capocomico node(Probe probe) throws InterruptedException {
        return Capocomico.builder()
                .database(postgres.jdbcUrl(), postgres.user(), postgres.password())
                .agent("count", task -> Map.of("n", task.input().asInt() + 1, "text", "t".repeat(50_000)))
                .checkpointEvery(5)
                .probe(probe)
                .start();
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(String sql) throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
