package dev.capocomico.http;

import com.typesafe.config.ConfigFactory;
import dev.capocomico.engine.Executions;
import dev.capocomico.http.execution.Admission;
import dev.capocomico.http.metrics.Metrics;
import dev.capocomico.http.workflow.Capacity;
import dev.capocomico.language.WorkflowReader;
import dev.capocomico.model.execution.ExecutionKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A node without a database: the real rules of executions decide, and everything is kept in maps. No agent works here, so tasks
 * stay as they were dispatched; signals, pauses and cancels do what they do.
 */
final class NodeInMemory {
    static final String TENANT = "acme";

    final ActorSystem<Void> system = ActorSystem.create(
            Behaviors.empty(),
            "http-test",
            ConfigFactory.parseString("pekko.loglevel = OFF\npekko.stdout-loglevel = OFF\npekko.log-dead-letters = off")
                    .withFallback(ConfigFactory.load()));
    final AtomicInteger active = new AtomicInteger();
    final FlakyDatabase database = new FlakyDatabase();
    final EventsInMemory events = new EventsInMemory(database);
    final AuditInMemory audit = new AuditInMemory(database);
    final ExecutionsInMemory executions;

    private final ExecutorService waiting = Executors.newVirtualThreadPerTaskExecutor();
    private final TwoPatterns patterns = new TwoPatterns();
    private final WorkflowReader reader = new WorkflowReader(patterns);
    private final WorkflowsInMemory workflows = new WorkflowsInMemory(reader, database);
    final JournalInMemory journal = new JournalInMemory(workflows, database);

    NodeInMemory() {
        executions = new ExecutionsInMemory(system, journal, database);
    }

    HttpApi.Node node() {
        return new HttpApi.Node(
                system,
                reader,
                patterns,
                patterns,
                new Capacity(8_000, 1L << 33),
                workflows,
                workflows,
                executions,
                executions,
                executions,
                journal,
                events,
                audit,
                workflows,
                executions,
                (key, value) -> value,
                new AsManyAsTheTestSays(),
                () -> CompletableFuture.completedFuture(
                        database.away ? Optional.of("the database does not answer") : Optional.empty()),
                () -> new Metrics.Sample(
                        !database.away,
                        database.away
                                ? Optional.empty()
                                : Optional.of(new Metrics.Behind(3, 1, Duration.ofMillis(1_500))),
                        Duration.ofMillis(20),
                        0),
                new Metrics.Contained() {
                    @Override
                    public long quarantined() {
                        return executions.quarantined.size();
                    }

                    @Override
                    public long rowsPassedOver() {
                        return 0;
                    }
                },
                waiting,
                InstantSource.system());
    }

    void close() throws Exception {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
        waiting.shutdownNow();
    }

    /** So many executions are active as the test says, of which none is known by name. */
    private final class AsManyAsTheTestSays implements Admission {
        @Override
        public int max() {
            return 1_000_000;
        }

        @Override
        public int active() {
            return active.get();
        }

        @Override
        public OptionalInt perTenantMax() {
            return OptionalInt.of(1_000);
        }

        @Override
        public int active(String tenant) {
            return tenant.equals("greedy") ? 1_000 : 0;
        }

        @Override
        public Executions.Entry room(ExecutionKey key) {
            return active() >= max()
                    ? Executions.Entry.FULL
                    : active(key.tenant()) < 1_000 ? Executions.Entry.ENTERED : Executions.Entry.FULL_FOR_TENANT;
        }

        @Override
        public Executions.Entry enter(ExecutionKey key) {
            return room(key);
        }

        @Override
        public void entered(ExecutionKey key) {
            // As many are active as the test says.
        }
    }
}
