package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.persistence.embedded.Durability;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A real server commits what a node has written after the node has lost the connection, and has read the journal without it. */
class LateCommitTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    /** Whoever holds it keeps steps of the execution "run" from being committed. */
    private static final String LOCK = "pg_advisory_lock(4711)";

    private static final String HELD_IN_COMMIT = """
            CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              PERFORM pg_advisory_lock_shared(4711);
              PERFORM pg_advisory_unlock_shared(4711);
              RETURN NULL;
            END $$;
            CREATE CONSTRAINT TRIGGER hold AFTER INSERT ON event_journal DEFERRABLE INITIALLY DEFERRED
              FOR EACH ROW WHEN (NEW.persistence_id LIKE '%run') EXECUTE FUNCTION hold();
            """;

    @TempDir
    Path temporary;

    private final AtomicInteger calls = new AtomicInteger();

    @Test
    void a_commit_that_lands_after_the_journal_was_read_without_it_counts_once_and_nobody_is_taken_for_another_writer()
            throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        root().addAppender(log);
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(
                        EmbeddedPostgresSettings.in(temporary).withDurability(Durability.FAST_FOR_TESTS),
                        Progress.silent());
                StallingProxy proxy =
                        new StallingProxy(URI.create(postgres.jdbcUrl().substring("jdbc:".length()))
                                .getPort());
                Capocomico capo = through(proxy, postgres);
                Connection holder = postgres.dataSource().getConnection();
                Statement lock = holder.createStatement();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Execution run = capo.execute(
                    capo.register(Workflow.named("gate")
                            .agent("a", role -> role.type("counting"))
                            .task("wait", task -> task.waitFor("go"))
                            .task("work", task -> task.agent("a").dependsOn("wait"))
                            .task("again", task -> task.waitFor("go").dependsOn("work"))
                            .build()),
                    null,
                    ExecutionOptions.id("run"));
            lock.execute(HELD_IN_COMMIT);
            lock.execute("SELECT " + LOCK);
            Future<?> signalled = threads.submit(() -> {
                run.signal("go", null);
                return null;
            });
            await("the step hangs in its commit", () -> waitsFor(lock, "advisory") == 1);
            proxy.cut();
            // The next row of the same number has to wait until it is known what becomes of the first.
            await("the journal was read, and the step is written again", () -> waitsFor(lock, "transactionid") == 1);
            assertThat(signalled.isDone()).isFalse();
            lock.execute("SELECT pg_advisory_unlock(4711)");
            signalled.get(SOON.toSeconds(), TimeUnit.SECONDS);
            WrittenFacts written = new WrittenFacts(postgres.dataSource());
            assertThat(written.of("run", Fact.SignalArrived.class)).hasSize(1);
            await("what the step led to is done", () -> !written.of("run", Fact.Succeeded.class)
                    .isEmpty());
            run.signal("go", null);
            run.await(SOON);
            assertThat(calls).hasValue(1);
            assertThat(written.of("run", Fact.AttemptLost.class)).isEmpty();
            assertThat(written.of("run", Fact.SignalArrived.class)).hasSize(2);
        } finally {
            root().detachAppender(log);
        }
        List<String> errors = log.list.stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.ERROR))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
        assertThat(errors).noneMatch(line -> line.contains("another node"));
    }

    private static int waitsFor(Statement statement, String event) throws SQLException {
        try (ResultSet row = statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND wait_event = '" + event
                        + "'")) {
            row.next();
            return row.getInt(1);
        }
    }

    private interface Condition {
        boolean holds() throws SQLException;
    }

    private static void await(String what, Condition condition) throws Exception {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("in time: %s", what).isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    private Capocomico through(StallingProxy proxy, EmbeddedPostgres postgres) throws InterruptedException {
        return Capocomico.builder()
                .database(
                        postgres.jdbcUrl().replaceFirst(":[0-9]+/", ":" + proxy.port() + "/"),
                        postgres.user(),
                        postgres.password())
                .agent("counting", task -> calls.incrementAndGet())
                .start();
    }

    private static ch.qos.logback.classic.Logger root() {
        return (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    }
}
