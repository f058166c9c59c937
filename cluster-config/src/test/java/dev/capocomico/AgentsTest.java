package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Usage;
import dev.capocomico.model.retry.RetryPolicy;
import dev.capocomico.model.retry.RetryStrategy;
import dev.capocomico.persistence.embedded.Durability;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import dev.capocomico.persistence.wire.StepCodec;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent of a program may do and what becomes of it, on a real PostgreSQL. */
class AgentsTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final RetryPolicy AT_ONCE = new RetryPolicy(
            RetryStrategy.FIXED, 9, Duration.ofMillis(1), Duration.ofMillis(1), 1, 0, List.of(), List.of());

    private static final CountDownLatch SILENT_ONE_STOPPED = new CountDownLatch(1);
    private static final ConcurrentLinkedQueue<Instant> CALLS_OF_THE_WEAK = new ConcurrentLinkedQueue<>();

    @TempDir
    static Path temporary;

    private static EmbeddedPostgres postgres;
    private static Capocomico capo;

    @BeforeAll
    static void start() throws Exception {
        postgres = EmbeddedPostgres.start(
                EmbeddedPostgresSettings.in(temporary).withDurability(Durability.FAST_FOR_TESTS), Progress.silent());
        capo = Capocomico.builder()
                .database(postgres.jdbcUrl(), postgres.user(), postgres.password())
                .agent("silent", AgentsTest::sayNothing)
                .agent("lively", AgentsTest::sayOften)
                .agent("costly", AgentsTest::cost)
                .agent("verbose", task -> "x".repeat(9 * 1024 * 1024))
                .agent("weak", AgentsTest::failThreeTimes)
                .start();
    }

    @AfterAll
    static void stop() {
        capo.close();
        postgres.close();
    }

    @Test
    void an_agent_that_gives_no_sign_of_life_has_failed_and_is_told_so() throws Exception {
        WorkflowRef silent = capo.register(
                one("silent", task -> task.heartbeat(Duration.ofMillis(200)).retry("none")));
        assertThatExceptionOfType(ExecutionFailed.class)
                .isThrownBy(() -> capo.execute(silent, null).await(SOON))
                .withMessageContaining("the agent gave no sign of life for 200ms")
                .satisfies(failed -> assertThat(failed.code()).isEqualTo("TIMEOUT"));
        assertThat(SILENT_ONE_STOPPED.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private static Object sayNothing(Task task) throws InterruptedException {
        try {
            new CountDownLatch(1).await();
            return null;
        } finally {
            if (task.cancelled()) {
                SILENT_ONE_STOPPED.countDown();
            }
        }
    }

    @Test
    void an_agent_that_says_it_is_alive_may_take_its_time_and_knows_how_much_it_has() throws Exception {
        WorkflowRef lively = capo.register(
                one("lively", task -> task.heartbeat(Duration.ofMillis(500)).timeout(Duration.ofMinutes(1))));
        long millis = capo.execute(lively, null).await(SOON).path("work").asLong();
        assertThat(millis).isBetween(50_000L, 60_000L);
    }

    private static Object sayOften(Task task) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1_500);
        while (System.nanoTime() < until) {
            task.heartbeat();
            Thread.sleep(20);
        }
        return Duration.between(Instant.now(), task.deadline().orElseThrow()).toMillis();
    }

    @Test
    void what_an_agent_used_is_in_the_journal_with_the_end_of_each_attempt() throws Exception {
        WorkflowRef costly = capo.register(one("costly", task -> task.retry(AT_ONCE)));
        capo.execute(costly, null, ExecutionOptions.id("costly-1")).await(SOON);
        List<Usage> used = new ArrayList<>();
        for (Fact fact : journal("costly-1")) {
            if (fact instanceof Fact.AttemptFailed failed) {
                used.add(failed.usage());
            } else if (fact instanceof Fact.Succeeded succeeded) {
                used.add(succeeded.usage());
            }
        }
        assertThat(used).containsExactly(new Usage(100, 2_000_000), new Usage(1_100, 12_000_000));
    }

    private static Object cost(Task task) {
        task.usage(100, 0.002);
        if (task.attempt() == 1) {
            throw AgentFailure.temporary("BUSY", "try later");
        }
        task.usage(1_000, 0.01);
        return "done";
    }

    @Test
    void an_output_of_more_than_8_mib_fails_the_task_for_good() throws Exception {
        WorkflowRef verbose = capo.register(one("verbose", task -> task));
        assertThatExceptionOfType(ExecutionFailed.class)
                .isThrownBy(() -> capo.execute(verbose, null).await(SOON))
                .withMessageContaining("the output is larger than 8 MiB as JSON")
                .satisfies(failed -> assertThat(failed.code()).isEqualTo("OUTPUT_TOO_LARGE"));
    }

    @Test
    void agents_that_keep_failing_are_left_alone_for_as_long_as_the_workflow_says() throws Exception {
        Duration rest = Duration.ofMillis(700);
        WorkflowRef weak =
                capo.register(one(Workflow.named("weak").circuitBreaker(3, rest), "weak", task -> task.retry(AT_ONCE)));
        assertThat(capo.execute(weak, null).await(SOON).path("work").asInt()).isEqualTo(4);
        List<Instant> calls = List.copyOf(CALLS_OF_THE_WEAK);
        assertThat(calls).hasSize(4);
        assertThat(Duration.between(calls.get(0), calls.get(2))).isLessThan(rest);
        // Retries come a millisecond later; this one had to wait. The call itself is noted a moment before its failure.
        assertThat(Duration.between(calls.get(2), calls.get(3))).isGreaterThan(rest.minusMillis(5));
    }

    private static Object failThreeTimes(Task task) {
        CALLS_OF_THE_WEAK.add(Instant.now());
        if (task.attempt() < 4) {
            throw AgentFailure.temporary("BUSY", "try later");
        }
        return task.attempt();
    }

    private static Definition one(String type, UnaryOperator<Workflow.TaskBuilder> settings) {
        return one(Workflow.named(type), type, settings);
    }

    private static Definition one(Workflow workflow, String type, UnaryOperator<Workflow.TaskBuilder> settings) {
        return workflow.agent("worker", role -> role.type(type))
                .task("work", task -> settings.apply(task.agent("worker")))
                .build();
    }

    private static List<Fact> journal(String execution) throws SQLException {
        List<Fact> facts = new ArrayList<>();
        String sql = "SELECT event_ser_manifest, event_payload FROM event_journal WHERE persistence_id LIKE ?"
                + " ORDER BY sequence_number";
        try (Connection connection = postgres.dataSource().getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, "%" + execution);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    facts.addAll(
                            StepCodec.decode(row.getString(1), row.getBytes(2)).facts());
                }
            }
        }
        return facts;
    }
}
