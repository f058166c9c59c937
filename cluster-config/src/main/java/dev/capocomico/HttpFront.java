package dev.capocomico;

import dev.capocomico.cluster.Catalogue;
import dev.capocomico.engine.DefinitionStore;
import dev.capocomico.engine.Executability;
import dev.capocomico.engine.Executions;
import dev.capocomico.engine.LargeValues;
import dev.capocomico.engine.Quarantine;
import dev.capocomico.engine.store.AuditLog;
import dev.capocomico.engine.store.StepLog;
import dev.capocomico.http.Doors;
import dev.capocomico.http.HttpApi;
import dev.capocomico.http.HttpSettings;
import dev.capocomico.http.execution.Admission;
import dev.capocomico.http.metrics.Metrics;
import dev.capocomico.http.workflow.Capacity;
import dev.capocomico.http.workflow.Executable;
import dev.capocomico.language.WorkflowReader;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.pattern.PatternType;
import dev.capocomico.patterns.BuiltInPatterns;
import dev.capocomico.persistence.store.JdbcAuditLog;
import dev.capocomico.persistence.store.JdbcEventLog;
import dev.capocomico.persistence.store.JdbcExecutionList;
import dev.capocomico.persistence.store.JdbcJournalTail;
import dev.capocomico.persistence.store.JdbcWorkflowDirectory;
import dev.capocomico.persistence.store.JdbcWorkflowRuns;
import dev.capocomico.persistence.store.UnreadableRows;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** The HTTP side of a node. */
final class HttpFront implements AutoCloseable {
    private final HttpApi api;
    private final DatabaseWatch watch;
    private final AuditRetention retention;
    private final boolean tls;

    private HttpFront(HttpApi api, DatabaseWatch watch, AuditRetention retention, boolean tls) {
        this.api = api;
        this.watch = watch;
        this.retention = retention;
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
            LargeValues values,
            int executionsMax,
            OptionalInt executionsPerTenantMax,
            Capacity capacity,
            Duration auditRetention,
            ExecutorService waiting) {
        DatabaseWatch watch = new DatabaseWatch(database, node::lossesOfSteps);
        AuditLog audit = new JdbcAuditLog(database);
        HttpApi.Node served = new HttpApi.Node(
                node.system(),
                reader,
                new BuiltInPatterns(),
                new ExecutableHere(),
                capacity,
                definitions,
                new JdbcWorkflowDirectory(database),
                new JdbcExecutionList(database),
                new JdbcWorkflowRuns(database),
                log,
                new JdbcJournalTail(database),
                new JdbcEventLog(database),
                audit,
                catalogue,
                node::asked,
                values::whole,
                new Room(node.executions(), executionsMax, executionsPerTenantMax),
                watch,
                watch,
                new Kept(node.quarantine()),
                waiting,
                InstantSource.system());
        try {
            HttpApi api = HttpApi.start(settings, doors, served);
            AuditRetention retention = new AuditRetention(audit, auditRetention, InstantSource.system());
            return new HttpFront(api, watch, retention, doors.tls() != null);
        } catch (RuntimeException e) {
            watch.close();
            throw e;
        }
    }

    /** What the node keeps out of the way. */
    private record Kept(Quarantine quarantine) implements Metrics.Contained {
        @Override
        public long quarantined() {
            return quarantine.size();
        }

        @Override
        public long rowsPassedOver() {
            return UnreadableRows.count();
        }
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
        watch.close();
        retention.close();
    }

    /** One in so many places of a node is kept for tenants who have less than that part themselves. */
    private static final int RESERVED_PART = 10;

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
            return executions.room(key, max, perTenantMax(key.tenant()));
        }

        @Override
        public Executions.Entry enter(ExecutionKey key) {
            return executions.enter(key, max, perTenantMax(key.tenant()));
        }

        @Override
        public OptionalInt perTenantMax() {
            int reserve = max / RESERVED_PART;
            return reserve == 0 ? perTenantMax : OptionalInt.of(Math.min(perTenantMax.orElse(max), max - reserve));
        }

        /** The last places are for tenants who have few: nobody finds the node full of one other. */
        private int perTenantMax(String tenant) {
            boolean hasFew = executions.working(tenant) < max / RESERVED_PART;
            return (hasFew ? perTenantMax : perTenantMax()).orElse(max);
        }

        @Override
        public void entered(ExecutionKey key) {
            executions.entered(key);
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
