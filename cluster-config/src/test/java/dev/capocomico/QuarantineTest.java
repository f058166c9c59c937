package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.IntNode;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.ExecutionStatus;
import dev.capocomico.model.execution.Refusal;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executions whose rows are damaged, on a real database, beside one that is well. */
class QuarantineTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private static final Definition APPROVAL = Workflow.named("approval")
            .task("approve", task -> task.waitFor("approval"))
            .task("again", task -> task.waitFor("approval").dependsOn("approve"))
            .build();

    private static final String LAST_ROW =
            " WHERE persistence_id = 'execution|default/sick' AND sequence_number = (SELECT max(sequence_number)"
                    + " FROM event_journal WHERE persistence_id = 'execution|default/sick')";

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
    void two_executions_wait_and_the_last_row_of_one_is_damaged() throws Exception {
        execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        try (Capocomico capo = node()) {
            WorkflowRef workflow = capo.register(APPROVAL);
            for (String id : new String[] {"sick", "well"}) {
                Execution execution = capo.execute(workflow, null, ExecutionOptions.id(id));
                execution.signal("approval", IntNode.valueOf(1));
            }
        }
        execute("CREATE TABLE saved AS SELECT * FROM event_journal" + LAST_ROW);
        execute("UPDATE event_journal SET event_payload = '\\x00'" + LAST_ROW);
    }

    @Test
    void one_that_cannot_be_recovered_is_told_apart_and_goes_on_after_it_was_mended_and_released() throws Exception {
        try (Capocomico capo = node()) {
            Execution sick = capo.execution("sick");
            assertQuarantined(sick);
            capo.execution("well").signal("approval", null);
            capo.execution("well").await(SOON);
            assertThat(
                            query(
                                    "SELECT status || ' ' || (quarantine_reason <> '') FROM execution WHERE execution_id = 'sick'"))
                    .isEqualTo("executing true");
        }
        // Neither a restart nor the mending lets it go on by itself.
        execute("UPDATE event_journal j SET event_payload = s.event_payload FROM saved s"
                + " WHERE s.persistence_id = j.persistence_id AND s.sequence_number = j.sequence_number");
        try (Capocomico capo = node()) {
            Execution sick = capo.execution("sick");
            assertQuarantined(sick);
            sick.release();
            assertThat(sick.status()).isEqualTo(ExecutionStatus.EXECUTING);
            sick.signal("approval", null);
            sick.await(SOON);
            assertThatExceptionOfType(CommandRefused.class)
                    .isThrownBy(sick::release)
                    .satisfies(refused -> assertThat(refused.code()).isEqualTo(Refusal.Code.WRONG_STATE));
        }
    }

    @Test
    void one_that_cannot_be_recovered_can_be_cancelled_and_stays_so() throws Exception {
        try (Capocomico capo = node()) {
            assertQuarantined(capo.execution("sick"));
            capo.execution("sick").cancel("nobody mends it");
            assertCancelled(capo.execution("sick"));
        }
        try (Capocomico capo = node()) {
            assertCancelled(capo.execution("sick"));
            capo.execution("well").signal("approval", null);
            capo.execution("well").await(SOON);
        }
    }

    @Test
    void a_definition_that_is_gone_quarantines_its_executions_and_no_others() throws Exception {
        execute("UPDATE event_journal j SET event_payload = s.event_payload FROM saved s"
                + " WHERE s.persistence_id = j.persistence_id AND s.sequence_number = j.sequence_number");
        execute("CREATE TABLE gone AS SELECT * FROM definition; DELETE FROM definition");
        try (Capocomico capo = node()) {
            assertQuarantined(capo.execution("sick"));
            WorkflowRef other = capo.register(Workflow.named("other")
                    .task("go", task -> task.waitFor("go"))
                    .build());
            Execution execution = capo.execute(other, null);
            execution.signal("go", null);
            execution.await(SOON);
            execute("INSERT INTO definition SELECT * FROM gone");
            capo.execution("sick").release();
            capo.execution("sick").signal("approval", null);
            capo.execution("sick").await(SOON);
        }
    }

    private static void assertQuarantined(Execution execution) {
        assertThatExceptionOfType(CommandRefused.class)
                .isThrownBy(() -> execution.signal("approval", null))
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(Refusal.Code.QUARANTINED))
                .withMessageContaining("cannot be recovered and is quarantined");
    }

    private static void assertCancelled(Execution execution) throws Exception {
        assertThat(execution.status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertThatExceptionOfType(ExecutionFailed.class)
                .isThrownBy(() -> execution.await(SOON))
                .satisfies(failed -> assertThat(failed.kind()).isEqualTo(Ending.Kind.CANCELLED))
                .withMessageContaining("nobody mends it");
    }

    private static Capocomico node() throws InterruptedException {
        return Capocomico.builder()
                .database(postgres.jdbcUrl(), postgres.user(), postgres.password())
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
            return row.next() ? row.getString(1) : "";
        }
    }
}
