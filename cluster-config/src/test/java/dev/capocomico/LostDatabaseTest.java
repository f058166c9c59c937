package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.Refusal;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The real server is killed under a node that goes on living. */
class LostDatabaseTest {
    private static final int EXECUTIONS = 40;

    @TempDir
    Path temporary;

    private final Map<String, Integer> calls = new ConcurrentHashMap<>();
    private final Semaphore begun = new Semaphore(0);

    @Test
    void attempts_outlive_the_database_and_their_outcomes_are_written_when_it_is_back() throws Exception {
        try (EmbeddedPostgres postgres =
                        EmbeddedPostgres.start(EmbeddedPostgresSettings.in(temporary), Progress.silent());
                Capocomico capo = Capocomico.builder()
                        .database(postgres.jdbcUrl(), postgres.user(), postgres.password())
                        .agent("slow", this::work)
                        .workerPoolSize(EXECUTIONS)
                        .start()) {
            WorkflowRef three = capo.register(Workflow.named("three")
                    .agent("s", role -> role.type("slow"))
                    .task("a", task -> task.agent("s"))
                    .task("b", task -> task.agent("s").dependsOn("a"))
                    .task("c", task -> task.agent("s").dependsOn("b"))
                    .build());
            List<Execution> runs = new ArrayList<>();
            for (int i = 0; i < EXECUTIONS; i++) {
                runs.add(capo.execute(three, i, ExecutionOptions.id("run-" + i)));
            }
            // Most of them are in the middle of a task then, and their outcome finds no database.
            begun.acquire(EXECUTIONS + EXECUTIONS / 4);
            postgres.killServer();
            assertThatExceptionOfType(RuntimeException.class)
                    .isThrownBy(() -> capo.register(Workflow.named("other")
                            .agent("s", role -> role.type("slow"))
                            .task("a", task -> task.agent("s"))
                            .build()));
            // The length of the outage: long enough that writes fail and are tried again more than once.
            Thread.sleep(Duration.ofSeconds(2));
            postgres.restart();
            for (Execution run : runs) {
                run.await(Duration.ofMinutes(1));
            }
        }
        // Not one was lost with the database, so none was made twice.
        assertThat(calls).hasSize(EXECUTIONS * 3);
        assertThat(calls.entrySet().stream().filter(call -> call.getValue() != 1))
                .isEmpty();
    }

    @Test
    void commands_are_refused_soon_after_the_database_is_lost_and_the_log_says_it_in_a_few_lines() throws Exception {
        ListAppender<ILoggingEvent> log = listen();
        try (EmbeddedPostgres postgres =
                        EmbeddedPostgres.start(EmbeddedPostgresSettings.in(temporary), Progress.silent());
                Capocomico capo = Capocomico.builder()
                        .database(postgres.jdbcUrl(), postgres.user(), postgres.password())
                        .agent("slow", this::work)
                        .start()) {
            List<Execution> runs = waiting(capo);
            postgres.killServer();
            Instant killed = Instant.now();
            refusedWithin(Duration.ofSeconds(12), runs.getFirst());
            assertThat(capo.databaseLostSince())
                    .hasValueSatisfying(since -> assertThat(since).isAfterOrEqualTo(killed));
            for (Execution run : runs) {
                refusedWithin(Duration.ofSeconds(1), run);
            }
            postgres.restart();
            for (Execution run : runs) {
                signalAtLast(run);
            }
            for (Execution run : runs) {
                run.await(Duration.ofMinutes(1));
            }
            assertThat(capo.databaseLostSince()).isEmpty();
        } finally {
            stopListening(log);
        }
        List<String> ours = log.list.stream()
                .filter(event -> event.getLoggerName().startsWith("dev.capocomico")
                        || event.getLoggerName().startsWith("org.apache.pekko"))
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
        assertThat(ours).hasSizeLessThan(8).noneMatch(line -> line.startsWith("ERROR"));
        assertThat(ours)
                .filteredOn(line -> line.contains("the database is lost"))
                .hasSize(1);
        assertThat(ours)
                .filteredOn(line -> line.contains("the database is back"))
                .hasSize(1);
    }

    @Test
    void a_database_that_says_nothing_any_more_is_lost_too() throws Exception {
        try (EmbeddedPostgres postgres =
                        EmbeddedPostgres.start(EmbeddedPostgresSettings.in(temporary), Progress.silent());
                StallingProxy proxy =
                        new StallingProxy(URI.create(postgres.jdbcUrl().substring("jdbc:".length()))
                                .getPort());
                Capocomico capo = through(proxy, postgres)) {
            List<Execution> runs = waiting(capo);
            proxy.stall();
            refusedWithin(Duration.ofSeconds(30), runs.getFirst());
            assertThat(capo.databaseLostSince()).isPresent();
            refusedWithin(Duration.ofSeconds(1), runs.getLast());
            proxy.resume();
            for (Execution run : runs) {
                signalAtLast(run);
                run.await(Duration.ofMinutes(1));
            }
        }
    }

    @Test
    void who_asks_for_an_execution_that_must_be_read_first_does_not_wait_for_a_database_that_says_nothing()
            throws Exception {
        try (EmbeddedPostgres postgres =
                        EmbeddedPostgres.start(EmbeddedPostgresSettings.in(temporary), Progress.silent());
                StallingProxy proxy =
                        new StallingProxy(URI.create(postgres.jdbcUrl().substring("jdbc:".length()))
                                .getPort())) {
            try (Capocomico before = Capocomico.builder()
                    .database(postgres.jdbcUrl(), postgres.user(), postgres.password())
                    .agent("slow", this::work)
                    .start()) {
                waiting(before);
            }
            try (Capocomico capo = through(proxy, postgres)) {
                signalAtLast(capo.execution("run-1"));
                proxy.stall();
                refusedWithin(Duration.ofSeconds(14), capo.execution("run-0"));
                proxy.resume();
                signalAtLast(capo.execution("run-0"));
                capo.execution("run-0").await(Duration.ofMinutes(1));
            }
        }
    }

    private Capocomico through(StallingProxy proxy, EmbeddedPostgres postgres) throws InterruptedException {
        return Capocomico.builder()
                .database(
                        postgres.jdbcUrl().replaceFirst(":[0-9]+/", ":" + proxy.port() + "/"),
                        postgres.user(),
                        postgres.password())
                .agent("slow", this::work)
                .start();
    }

    private static List<Execution> waiting(Capocomico capo) throws InterruptedException {
        WorkflowRef approval = capo.register(Workflow.named("approval")
                .task("approve", task -> task.waitFor("approval"))
                .build());
        List<Execution> runs = new ArrayList<>();
        for (int i = 0; i < EXECUTIONS; i++) {
            runs.add(capo.execute(approval, i, ExecutionOptions.id("run-" + i)));
        }
        return runs;
    }

    private static void refusedWithin(Duration limit, Execution run) {
        Instant before = Instant.now();
        assertThatExceptionOfType(Unavailable.class).isThrownBy(() -> run.signal("approval", null, "key"));
        assertThat(Duration.between(before, Instant.now())).isLessThan(limit);
    }

    private static void signalAtLast(Execution run) throws InterruptedException {
        Instant limit = Instant.now().plusSeconds(60);
        while (true) {
            try {
                run.signal("approval", null, "key");
                return;
            } catch (CommandRefused e) {
                assertThat(e.code()).as("it was written in the outage").isEqualTo(Refusal.Code.ENDED);
                return;
            } catch (Unavailable e) {
                assertThat(Instant.now()).as("the database is back").isBefore(limit);
                Thread.sleep(50);
            }
        }
    }

    private static ListAppender<ILoggingEvent> listen() {
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        root().addAppender(appender);
        return appender;
    }

    private static void stopListening(ListAppender<ILoggingEvent> appender) {
        root().detachAppender(appender);
    }

    private static ch.qos.logback.classic.Logger root() {
        return (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    }

    private Object work(Task task) throws InterruptedException {
        calls.merge(task.idempotencyKey(), 1, Integer::sum);
        begun.release();
        Thread.sleep(50); // the work itself
        return task.id();
    }
}
