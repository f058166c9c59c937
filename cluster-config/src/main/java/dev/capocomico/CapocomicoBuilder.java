package dev.capocomico;

import dev.capocomico.cluster.Catalogue;
import dev.capocomico.cluster.SchemaCheck;
import dev.capocomico.configuration.NodeConfiguration;
import dev.capocomico.configuration.TlsFiles;
import dev.capocomico.engine.DatabaseHealth;
import dev.capocomico.engine.DefinitionStore;
import dev.capocomico.engine.LargeValues;
import dev.capocomico.engine.LocalAgent;
import dev.capocomico.engine.LocalAgents;
import dev.capocomico.engine.LocalPool;
import dev.capocomico.engine.Quarantine;
import dev.capocomico.engine.Surroundings;
import dev.capocomico.engine.daemon.Duties;
import dev.capocomico.engine.probe.Probe;
import dev.capocomico.engine.store.EventLog;
import dev.capocomico.engine.store.StepLog;
import dev.capocomico.engine.store.Storage;
import dev.capocomico.http.Doors;
import dev.capocomico.http.HttpSettings;
import dev.capocomico.http.ReservedPorts;
import dev.capocomico.http.access.AccessSettings;
import dev.capocomico.language.WorkflowReader;
import dev.capocomico.language.expression.CelExpressions;
import dev.capocomico.model.definition.CircuitBreaker;
import dev.capocomico.model.execution.Rules;
import dev.capocomico.patterns.BuiltInPatterns;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import dev.capocomico.persistence.journal.JournalSettings;
import dev.capocomico.persistence.schema.Schema;
import dev.capocomico.persistence.store.ConnectionPool;
import dev.capocomico.persistence.store.JdbcArchive;
import dev.capocomico.persistence.store.JdbcDefinitionStore;
import dev.capocomico.persistence.store.JdbcEventLog;
import dev.capocomico.persistence.store.JdbcHistory;
import dev.capocomico.persistence.store.JdbcPayloadStore;
import dev.capocomico.persistence.store.JdbcProjection;
import dev.capocomico.persistence.store.JdbcQuarantineStore;
import dev.capocomico.persistence.store.JdbcSnapshotStore;
import dev.capocomico.persistence.store.JdbcWaking;
import dev.capocomico.persistence.store.JournalWatermark;
import dev.capocomico.persistence.store.LostSteps;
import dev.capocomico.persistence.store.TransactionNumbers;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** Says what a node consists of, and starts it. For one thread. */
public final class CapocomicoBuilder {
    /** The tenant of a program that knows of none. */
    static final String TENANT = "default";

    /** A database that takes longer to say yes is of no use. */
    private static final int PING_SECONDS_MAX = 2;

    private final Map<String, LocalAgent> agents = new HashMap<>();
    private boolean simulateOthers;
    private @Nullable Integer poolSize;
    private @Nullable CircuitBreaker breaker;
    private @Nullable Duration stopGrace;
    private @Nullable Database database;
    private @Nullable Duration parkAfter;
    private @Nullable Duration childAskAgain;
    private @Nullable Integer checkpointSteps;
    private Consumer<String> progress = phrase -> {};
    private Probe probe = Probe.NONE;
    private InstantSource clock = InstantSource.system();

    private boolean sharesDatabase;

    private boolean servesHttp;
    private @Nullable Integer executionsMax;
    private @Nullable Integer executionsPerTenantMax;
    private @Nullable Integer httpPort;
    private @Nullable String httpHost;
    private @Nullable AccessSettings httpAccess;

    CapocomicoBuilder() {}

    /** Where the node keeps what it must not lose. */
    private sealed interface Database {
        record Embedded(EmbeddedPostgresSettings settings) implements Database {}

        record Address(String jdbcUrl, String user, String password) implements Database {
            /** Without the password. */
            @Override
            public String toString() {
                return "a database as " + user;
            }
        }
    }

    /** A PostgreSQL of the node's own, kept in a directory that one program uses at a time. */
    public CapocomicoBuilder embeddedDatabase(Path directory) {
        return embeddedDatabase(EmbeddedPostgresSettings.in(directory));
    }

    CapocomicoBuilder embeddedDatabase(EmbeddedPostgresSettings settings) {
        database = new Database.Embedded(settings);
        return this;
    }

    /** A PostgreSQL that is there already; its tables are made, or brought up to date, by {@link #start}. */
    public CapocomicoBuilder database(String jdbcUrl, String user, String password) {
        database = new Database.Address(jdbcUrl, user, password);
        return this;
    }

    /** Serves roles of this type. */
    public CapocomicoBuilder agent(String type, Agent agent) {
        if (agents.putIfAbsent(type, assignment -> Json.of(agent.perform(new AssignedTask(assignment)))) != null) {
            throw new IllegalArgumentException("agents of type \"" + type + "\" are served already");
        }
        return this;
    }

    /** Lets simulated agents stand in for types that nobody serves, to try a workflow before its agents exist. */
    public CapocomicoBuilder simulateOtherAgents() {
        simulateOthers = true;
        return this;
    }

    /** How many agents work at once; by default what the configuration says. */
    public CapocomicoBuilder workerPoolSize(int size) {
        poolSize = size;
        return this;
    }

    /**
     * How long agents at work may go on when the node stops; by default what the configuration says. What has not ended then is interrupted
     * and made again by the next node, which counts as no failure and no loss. When nothing is at work the node stops at once.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public CapocomicoBuilder stopGrace(Duration grace) {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("a grace of %s is less than none".formatted(grace));
        }
        stopGrace = grace;
        return this;
    }

    /**
     * How often in a row agents of a type may fail before they are left alone, and for how long, where the workflow does not say; by
     * default as often as the configuration says, for 30 s. A failure that the agent calls permanent does not count.
     */
    public CapocomicoBuilder circuitBreaker(int failureThreshold, Duration timeout) {
        breaker = new CircuitBreaker(failureThreshold, timeout);
        return this;
    }

    /** For tests that cannot wait for hundreds of steps. */
    CapocomicoBuilder checkpointEvery(int steps) {
        checkpointSteps = steps;
        return this;
    }

    /** For tests of a clock that is wrong. The database has one of its own. */
    CapocomicoBuilder clock(InstantSource other) {
        clock = other;
        return this;
    }

    /** For tests of two nodes that work on one database, which no lease keeps apart. */
    CapocomicoBuilder sharesDatabase() {
        sharesDatabase = true;
        return this;
    }

    /** For tests that have no minute to spare. */
    CapocomicoBuilder parkAfter(Duration idle) {
        parkAfter = idle;
        return this;
    }

    /** For tests that kill parents before their children have told them. */
    CapocomicoBuilder childAskAgain(Duration pause) {
        childAskAgain = pause;
        return this;
    }

    /**
     * Also serves HTTP, at the address and to the callers that the configuration says, unless {@link #httpPort}, {@link #httpHost},
     * {@link #jwtSecret}, {@link #jwtKeys} or {@link #insecureHttp} say otherwise.
     */
    public CapocomicoBuilder serveHttp() {
        servesHttp = true;
        return this;
    }

    /**
     * Also serves HTTP, on a port or, with 0, on a free one. Who calls is known by a token: {@link #jwtSecret}, {@link #jwtKeys} or
     * {@link #insecureHttp} has to be called, or the configuration to say how tokens are signed.
     */
    public CapocomicoBuilder httpPort(int port) {
        httpPort = port;
        return serveHttp();
    }

    /**
     * How many executions may have work in flight on this node before HTTP starts no more, and answers 507; by default what the
     * configuration says. Those that wait for long do not count.
     */
    public CapocomicoBuilder maxConcurrentWorkflows(int max) {
        executionsMax = atLeastOne(max);
        return this;
    }

    /**
     * How many of those may be one tenant's; by default what the configuration says, and that is no limit of its own. Only calls over
     * HTTP know of tenants.
     */
    public CapocomicoBuilder maxConcurrentWorkflowsPerTenant(int max) {
        executionsPerTenantMax = atLeastOne(max);
        return this;
    }

    private static int atLeastOne(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("at least 1 workflow must be allowed to run, not %d".formatted(max));
        }
        return max;
    }

    /** The address on which HTTP is served; by default what the configuration says, and that is one that only this machine reaches. */
    public CapocomicoBuilder httpHost(String host) {
        httpHost = host;
        return this;
    }

    /**
     * Takes tokens signed with HS256 and this secret, and with the issuer and for the audience that the configuration may name.
     *
     * @throws IllegalArgumentException if it has fewer than 32 bytes
     */
    public CapocomicoBuilder jwtSecret(String secret) {
        httpAccess = AccessSettings.SharedSecret.of(secret);
        return this;
    }

    /**
     * Takes tokens signed with RS256 or ES256 by one of the keys that are published at this address, and with the issuer and for the
     * audience that the configuration may name.
     *
     * @throws IllegalArgumentException if others could put keys there: it is neither https nor of this machine
     */
    public CapocomicoBuilder jwtKeys(URI url) {
        httpAccess = new AccessSettings.Jwks(url, AccessSettings.Claims.ANY);
        return this;
    }

    /** Lets everybody on this machine do everything. On an address that others reach the node does not start. */
    public CapocomicoBuilder insecureHttp() {
        httpAccess = new AccessSettings.Insecure(TENANT);
        return this;
    }

    /** Hears in short phrases what {@link #start} is doing: the first start of an embedded database takes a while. */
    public CapocomicoBuilder onProgress(Consumer<String> listener) {
        progress = listener;
        return this;
    }

    /** For tests that stand between two steps of the engine. */
    CapocomicoBuilder probe(Probe listener) {
        probe = listener;
        return this;
    }

    /**
     * Starts the node, with the settings of {@code docs/configuration.md} for all that was not said here.
     *
     * @throws dev.capocomico.configuration.ConfigurationException if a setting has a value that is not allowed
     * @throws dev.capocomico.persistence.embedded.EmbeddedPostgresException if there can be no embedded database
     * @throws dev.capocomico.persistence.schema.SchemaException if the database cannot be used
     * @throws dev.capocomico.persistence.lease.DatabaseInUseException if another node works on it
     * @throws IllegalStateException if no database was named
     */
    public Capocomico start() throws InterruptedException {
        Deque<AutoCloseable> opened = new ArrayDeque<>();
        try {
            return start(opened);
        } catch (InterruptedException | RuntimeException e) {
            try {
                Capocomico.closeAll(opened);
            } catch (RuntimeException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private Capocomico start(Deque<AutoCloseable> opened) throws InterruptedException {
        NodeConfiguration configuration = NodeConfiguration.load();
        ReservedPorts ports = null;
        if (servesHttp) {
            ports = ReservedPorts.of(httpSettings(configuration.http()), doors(configuration.http()));
            opened.push(ports);
        }
        Database.Address address =
                switch (databaseOr(configuration)) {
                    case Database.Embedded embedded -> {
                        // Shutdown hooks run side by side; the node's own stops the actors first, and then the server.
                        EmbeddedPostgres postgres =
                                EmbeddedPostgres.start(embedded.settings().withStopOnExit(false), listener());
                        opened.push(postgres);
                        yield new Database.Address(postgres.jdbcUrl(), postgres.user(), postgres.password());
                    }
                    case Database.Address given -> given;
                    case null ->
                        throw new IllegalStateException(
                                "a node needs a database: embeddedDatabase(…), database(…) or DATABASE_URL");
                };
        progress.accept("looking at the tables");
        DataSource unpooled = dataSource(address);
        DatabaseLease lease = new DatabaseLease();
        opened.push(lease);
        if (sharesDatabase) {
            Schema.migrate(unpooled);
        } else {
            // Whoever holds the lock of a data directory has seen that its last holder is dead.
            boolean atOnce = databaseOr(configuration) instanceof Database.Embedded;
            lease.acquire(impatient(address), configuration.databaseLease(), atOnce, progress);
        }
        TransactionNumbers.settle(unpooled);
        LostSteps.quarantine(unpooled);
        ConnectionPool connections = ConnectionPool.of(address.jdbcUrl(), address.user(), address.password());
        opened.push(connections);
        DataSource source = connections.dataSource();

        ExecutorService waiting = Executors.newVirtualThreadPerTaskExecutor();
        opened.push(waiting::shutdownNow);
        LocalPool pool = new LocalPool(
                poolSize == null ? configuration.workerPoolSize() : poolSize, configuration.taskQueueSizeMax());
        opened.push(pool);
        lease.guard(pool);
        WorkflowReader reader = new WorkflowReader(new BuiltInPatterns());
        DefinitionStore store = new JdbcDefinitionStore(source);
        EventLog events = new JdbcEventLog(source);
        DatabaseHealth health = new DatabaseHealth(ping(address), waiting, clock);
        Quarantine quarantine = new Quarantine(new JdbcQuarantineStore(source), waiting);
        quarantine.refresh();
        Catalogue catalogue = new Catalogue(store, reader, waiting);
        SchemaCheck schemas = new SchemaCheck();
        LocalAgents localAgents = new LocalAgents(agents, simulateOthers, breaker(configuration));
        LargeValues values = new LargeValues(
                new JdbcPayloadStore(source), Runtime.getRuntime().maxMemory(), probe);
        StepLog history = new JdbcHistory(source);
        Surroundings surroundings = new Surroundings(
                catalogue,
                new CelExpressions(),
                schemas,
                rules(configuration.rules()),
                localAgents,
                pool,
                engine(configuration.engine()),
                events,
                new Storage(values, new JdbcSnapshotStore(source), new JdbcArchive(source), history),
                health,
                quarantine,
                waiting,
                probe,
                clock,
                () -> ThreadLocalRandom.current().nextLong());
        progress.accept("starting the actors");
        Node node = Node.start(
                JournalSettings.of(address.jdbcUrl(), address.user(), address.password()),
                surroundings,
                TENANT,
                stopGrace == null ? configuration.stopGrace() : stopGrace);
        opened.push(node);
        node.startDaemons(
                living -> duties(source, surroundings, configuration, living, waiting), configuration.eventRetention());
        HttpFront front = null;
        if (ports != null) {
            progress.accept("opening the door");
            ports.close();
            front = HttpFront.open(
                    httpSettings(configuration.http()),
                    doors(configuration.http()),
                    source,
                    store,
                    history,
                    reader,
                    catalogue,
                    node,
                    values,
                    executionsMax == null ? configuration.concurrentWorkflowsMax() : executionsMax,
                    executionsPerTenantMax == null
                            ? configuration.concurrentWorkflowsPerTenantMax()
                            : OptionalInt.of(executionsPerTenantMax),
                    configuration.capacity(),
                    configuration.http().auditRetention(),
                    waiting);
            opened.push(front);
        }
        Capocomico capocomico =
                new Capocomico(reader, store, catalogue, schemas, node, localAgents, history, events, health, opened);
        if (front != null) {
            capocomico.servedAt(front);
        }
        lease.belongsTo(capocomico);
        return capocomico;
    }

    private static Doors doors(NodeConfiguration.Http configured) {
        return new Doors(
                configured.tls().map(TlsFiles::context).orElse(null),
                configured.management().orElse(null),
                configured.proxies());
    }

    private HttpSettings httpSettings(NodeConfiguration.Http configured) {
        AccessSettings access = httpAccess == null ? configured.access().orElse(null) : httpAccess;
        if (access == null) {
            throw new IllegalStateException(
                    "HTTP needs to know its callers: jwtSecret(…) or JWT_SECRET, jwtKeys(…) or JWKS_URL, or insecureHttp() to let in everybody here");
        }
        if (access instanceof AccessSettings.Insecure && !configured.claims().equals(AccessSettings.Claims.ANY)) {
            throw new IllegalStateException(
                    "JWT_ISSUER and JWT_AUDIENCE say what a token has to say, and insecureHttp() asks for none: leave out one of the two");
        }
        return HttpSettings.of(
                        httpHost == null ? configured.host() : httpHost,
                        httpPort == null ? configured.port() : httpPort,
                        access.requiring(configured.claims()))
                .with(configured.limits());
    }

    private Surroundings.Settings engine(Surroundings.Settings configured) {
        return checkpointSteps == null
                ? configured
                : new Surroundings.Settings(
                        configured.allocationTimeout(),
                        configured.requestsMax(),
                        configured.restartDelayMin(),
                        configured.restartDelayMax(),
                        configured.parkLinger(),
                        configured.checkpointInterval(),
                        checkpointSteps);
    }

    private Rules.Settings rules(Rules.Settings configured) {
        return new Rules.Settings(
                configured.executionTimeout(),
                configured.compensationTimeout(),
                configured.cancelGrace(),
                configured.lossesMax(),
                configured.itemsMax(),
                parkAfter == null ? configured.parkAfter() : parkAfter,
                childAskAgain == null ? configured.childAskAgain() : childAskAgain,
                configured.bytesMax());
    }

    private static Duties duties(
            DataSource source,
            Surroundings surroundings,
            NodeConfiguration configuration,
            Duties.Living living,
            ExecutorService waiting) {
        return new Duties(
                new JdbcProjection(source, surroundings.probe()),
                new JdbcWaking(source),
                surroundings.events(),
                living,
                Duties.Settings.DEFAULT.withEventRetention(configuration.eventRetention()),
                waiting,
                surroundings.clock(),
                surroundings.chance());
    }

    private @Nullable Database databaseOr(NodeConfiguration configuration) {
        return database != null
                ? database
                : configuration
                        .database()
                        .map(said -> new Database.Address(said.jdbcUrl(), said.user(), said.password()))
                        .orElse(null);
    }

    private CircuitBreaker breaker(NodeConfiguration configuration) {
        return breaker == null
                ? new CircuitBreaker(configuration.breakerFailureThreshold(), LocalAgents.BREAKER_DEFAULT.timeout())
                : breaker;
    }

    private Progress listener() {
        return progress::accept;
    }

    /** On a connection of its own: those of the pool may all be waiting. A database that has forgotten something is none to work with. */
    private static DatabaseHealth.Ping ping(Database.Address address) {
        DataSource source = impatient(address);
        JournalWatermark watermark = new JournalWatermark();
        return () -> {
            try (Connection connection = source.getConnection()) {
                watermark.look(connection);
            }
        };
    }

    private static DataSource impatient(Database.Address address) {
        PGSimpleDataSource source = dataSource(address);
        source.setConnectTimeout(PING_SECONDS_MAX);
        source.setLoginTimeout(PING_SECONDS_MAX);
        source.setSocketTimeout(PING_SECONDS_MAX);
        return source;
    }

    private static PGSimpleDataSource dataSource(Database.Address address) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(address.jdbcUrl());
        source.setUser(address.user());
        source.setPassword(address.password());
        return source;
    }
}
