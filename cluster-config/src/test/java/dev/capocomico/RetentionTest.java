package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.ExecutionStatus;
import dev.capocomico.model.execution.Refusal;
import dev.capocomico.persistence.embedded.Durability;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import dev.capocomico.persistence.store.JdbcArchive;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be had of executions whose history was removed, on a real database. */
class RetentionTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    static Path temporary;

    private static final AtomicInteger CALLS = new AtomicInteger();
    private static EmbeddedPostgres postgres;
    private static Capocomico capo;

    @BeforeAll
    static void start() throws Exception {
        postgres = EmbeddedPostgres.start(
                EmbeddedPostgresSettings.in(temporary).withDurability(Durability.FAST_FOR_TESTS), Progress.silent());
        capo = Capocomico.builder()
                .database(postgres.jdbcUrl(), postgres.user(), postgres.password())
                .agent("count", task -> CALLS.incrementAndGet())
                .agent("large", task -> "l".repeat(100_000))
                .agent("hopeless", task -> {
                    throw AgentFailure.permanent("NO_WAY", "it cannot be done");
                })
                .start();
    }

    @AfterAll
    static void stop() {
        capo.close();
        postgres.close();
    }

    @Test
    void an_execution_whose_history_is_gone_still_answers_and_is_never_begun_again() throws Exception {
        WorkflowRef counting = capo.register(one("counting", "count"));
        int output = capo.execute(counting, 1, ExecutionOptions.id("old-1"))
                .await(SOON)
                .at("/work")
                .asInt();
        archive("old-1");
        Execution again = capo.execute(counting, 1, ExecutionOptions.id("old-1"));
        assertThat(again.await(SOON).at("/work").asInt()).isEqualTo(output);
        assertThat(CALLS).hasValue(output);
        assertThat(again.status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThatExceptionOfType(HistoryRemoved.class).isThrownBy(again::view);
        assertThatExceptionOfType(CommandRefused.class)
                .isThrownBy(() -> again.signal("go", null))
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(Refusal.Code.ENDED));
        assertThatExceptionOfType(CommandRefused.class)
                .isThrownBy(again::retry)
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(Refusal.Code.ENDED));
        WorkflowRef other = capo.register(one("other", "count"));
        assertThatExceptionOfType(CommandRefused.class)
                .isThrownBy(() -> capo.execute(other, 1, ExecutionOptions.id("old-1")))
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(Refusal.Code.ALREADY_STARTED));
        assertThat(query("SELECT count(*) FROM event_journal WHERE persistence_id LIKE '%/old-1'"))
                .isEqualTo("1");
    }

    @Test
    void a_failure_is_still_told_with_its_task_and_code() throws Exception {
        WorkflowRef failing = capo.register(one("failing", "hopeless"));
        Execution run = capo.execute(failing, null, ExecutionOptions.id("old-2"));
        assertThatExceptionOfType(ExecutionFailed.class).isThrownBy(() -> run.await(SOON));
        archive("old-2");
        assertThatExceptionOfType(ExecutionFailed.class)
                .isThrownBy(() -> run.await(SOON))
                .satisfies(failed -> {
                    assertThat(failed.code()).isEqualTo("NO_WAY");
                    assertThat(failed.task()).isEqualTo("work");
                });
    }

    @Test
    void a_large_output_goes_with_the_history_and_that_is_said() throws Exception {
        WorkflowRef large = capo.register(one("large", "large"));
        Execution run = capo.execute(large, null, ExecutionOptions.id("old-3"));
        run.await(SOON);
        archive("old-3");
        assertThatExceptionOfType(HistoryRemoved.class)
                .isThrownBy(() -> run.await(SOON))
                .withMessageContaining("output")
                .satisfies(removed -> assertThat(removed.status()).isEqualTo(ExecutionStatus.COMPLETED));
        assertThat(query("SELECT count(*) FROM payload WHERE execution_id = 'old-3'"))
                .isEqualTo("0");
    }

    @Test
    void who_only_reads_is_told_how_it_ended_too() throws Exception {
        WorkflowRef counting = capo.register(one("counting", "count"));
        capo.execute(counting, 1, ExecutionOptions.id("old-4")).await(SOON);
        archive("old-4");
        try (StoredExecutions stored = StoredExecutions.in(temporary, phrase -> {})) {
            assertThatExceptionOfType(HistoryRemoved.class)
                    .isThrownBy(() -> stored.find("old-4"))
                    .withMessageStartingWith("execution \"old-4\" is completed; its history was kept");
            assertThat(stored.find("never")).isEmpty();
        }
    }

    /** As the daemon does it, once the end has been projected. */
    private static void archive(String id) throws Exception {
        JdbcArchive archive = new JdbcArchive(postgres.dataSource());
        long deadline = System.nanoTime() + SOON.toNanos();
        while (query("SELECT archived_at IS NOT NULL FROM execution WHERE execution_id = '" + id
                        + "' UNION ALL SELECT false")
                .equals("f")) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            archive.removeEndedBefore(Instant.now().plusSeconds(1), 10);
            Thread.sleep(10);
        }
    }

    private static Definition one(String name, String type) {
        return Workflow.named(name)
                .agent("worker", role -> role.type(type))
                .task("work", task -> task.agent("worker"))
                .build();
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
