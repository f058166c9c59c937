package dev.capocomico;

import dev.capocomico.cluster.Catalogue;
import dev.capocomico.engine.DefinitionStore;
import dev.capocomico.engine.Executability;
import dev.capocomico.engine.Executions;
import dev.capocomico.engine.probe.Probe;
import dev.capocomico.engine.store.Projection;
import dev.capocomico.engine.store.StepLog;
import dev.capocomico.http.Doors;
import dev.capocomico.http.HttpApi;
import dev.capocomico.http.HttpSettings;
import dev.capocomico.http.execution.Admission;
import dev.capocomico.http.metrics.Metrics;
import dev.capocomico.http.site.SiteCalls;
import dev.capocomico.http.workflow.Capacity;
import dev.capocomico.http.workflow.Executable;
import dev.capocomico.language.WorkflowReader;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.pattern.PatternType;
import dev.capocomico.patterns.BuiltInPatterns;
import dev.capocomico.persistence.store.JdbcEventLog;
import dev.capocomico.persistence.store.JdbcExecutionList;
import dev.capocomico.persistence.store.JdbcJournalTail;
import dev.capocomico.persistence.store.JdbcProjection;
import dev.capocomico.persistence.store.JdbcWorkflowDirectory;
import dev.capocomico.persistence.store.JdbcWorkflowRuns;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** The HTTP side of a node. */
final class HttpFront implements AutoCloseable {
    /** Seconds in which a database that is there answers. */
    private static final int DATABASE_ANSWERS_WITHIN = 2;

    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

    private final HttpApi api;
    private final boolean tls;

    private HttpFront(HttpApi api, boolean tls) {
        this.api = api;
        this.tls = tls;
    }

    /** Starts to serve the node. */
    static HttpFront open(
            HttpSettings settings,
            Doors doors,
            DataSource database,
            DefinitionStore definitions,
            StepLog log,
            WorkflowReader reader,
            Catalogue catalogue,
            Node node,
            int executionsMax,
            OptionalInt executionsPerTenantMax,
            ExecutorService waiting) {
        return new HttpFront(
                HttpApi.start(
                        settings,
                        doors,
                        new HttpApi.Node(
                                node.system(),
                                reader,
                                new BuiltInPatterns(),
                                new ExecutableHere(),
                                Capacity.UNLIMITED,
                                definitions,
                                new JdbcWorkflowDirectory(database),
                                new JdbcExecutionList(database),
                                new JdbcWorkflowRuns(database),
                                log,
                                new JdbcJournalTail(database),
                                new JdbcEventLog(database),
                                catalogue,
                                node::asked,
                                new Room(node.executions(), executionsMax, executionsPerTenantMax),
                                new Readiness(database, waiting),
                                () -> lag(database),
                                waiting,
                                InstantSource.system())),
                doors.tls() != null);
    }

    private static Metrics.Behind lag(DataSource database) {
        Projection.Lag lag = new JdbcProjection(database, Probe.NONE).lag();
        return new Metrics.Behind(lag.ready() + lag.heldBack(), lag.heldBack(), lag.age());
    }

    InetSocketAddress address() {
        return api.address();
    }

    Optional<InetSocketAddress> managementAddress() {
        return api.managementAddress();
    }

    boolean speaksTls() {
        return tls;
    }

    /** Requests under way are answered before the node they ask goes. */
    @Override
    public void close() {
        api.close();
    }

    /** Counts what has work in flight here. */
    private record Room(Executions executions, int max, OptionalInt perTenantMax) implements Admission {
        @Override
        public int active() {
            return executions.working();
        }

        @Override
        public int active(String tenant) {
            return executions.working(tenant);
        }

        @Override
        public Executions.Entry room(ExecutionKey key) {
            return executions.room(key, max, perTenantMax.orElse(max));
        }

        @Override
        public Executions.Entry enter(ExecutionKey key) {
            return executions.enter(key, max, perTenantMax.orElse(max));
        }

        @Override
        public void entered(ExecutionKey key) {
            executions.entered(key);
        }
    }

    /** Asks the database, but not more than once a second, whoever asks how often: the question needs no token. */
    private static final class Readiness implements SiteCalls.Fitness {
        private static final Optional<String> AWAY = Optional.of("the database does not answer");

        private final DataSource database;
        private final ExecutorService waiting;
        private CompletionStage<Optional<String>> last = CompletableFuture.completedFuture(Optional.empty());
        private long askedAtNanos = System.nanoTime() - ASK_AGAIN.toNanos();

        Readiness(DataSource database, ExecutorService waiting) {
            this.database = database;
            this.waiting = waiting;
        }

        @Override
        public synchronized CompletionStage<Optional<String>> complaint() {
            if (System.nanoTime() - askedAtNanos >= ASK_AGAIN.toNanos()) {
                askedAtNanos = System.nanoTime();
                last = CompletableFuture.supplyAsync(this::ask, waiting)
                        .completeOnTimeout(AWAY, DATABASE_ANSWERS_WITHIN, TimeUnit.SECONDS);
            }
            return last;
        }

        private Optional<String> ask() {
            try (Connection connection = database.getConnection()) {
                return connection.isValid(DATABASE_ANSWERS_WITHIN) ? Optional.empty() : AWAY;
            } catch (SQLException e) {
                return AWAY;
            }
        }
    }

    private static final class ExecutableHere implements Executable {
        private final Set<String> patterns = new BuiltInPatterns()
                .all().stream()
                        .map(PatternType::name)
                        .filter(name -> complaint(using(name)).isEmpty())
                        .collect(Collectors.toUnmodifiableSet());

        @Override
        public Set<String> patterns() {
            return patterns;
        }

        private static Definition using(String pattern) {
            return Workflow.named("any")
                    .pattern(pattern)
                    .task("rest", task -> task.sleep(Duration.ZERO))
                    .build();
        }

        @Override
        public Optional<String> complaint(Definition definition) {
            return Executability.obstacle(definition).map(obstacle -> "the workflow " + obstacle);
        }
    }
}
