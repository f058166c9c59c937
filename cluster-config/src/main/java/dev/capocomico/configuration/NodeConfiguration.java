package dev.capocomico.configuration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValueType;
import dev.capocomico.engine.Surroundings;
import dev.capocomico.http.Doors;
import dev.capocomico.http.access.AccessSettings;
import dev.capocomico.http.audit.TrustedProxies;
import dev.capocomico.http.load.LoadLimits;
import dev.capocomico.http.workflow.Capacity;
import dev.capocomico.language.problem.DidYouMean;
import dev.capocomico.model.definition.Resources;
import dev.capocomico.model.execution.Rules;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The settings of a node, each within its bounds. What each means stands in {@link Key} and in {@code docs/configuration.md}. */
public record NodeConfiguration(
        Optional<Database> database,
        Duration databaseLease,
        Duration workflowTimeout,
        Duration allocationTimeout,
        Duration compensationTimeout,
        int breakerFailureThreshold,
        Duration checkpointInterval,
        Duration eventRetention,
        Duration stopGrace,
        int workerPoolSize,
        int taskQueueSizeMax,
        int concurrentWorkflowsMax,
        OptionalInt concurrentWorkflowsPerTenantMax,
        int executionBytesMax,
        Capacity capacity,
        Http http) {

    private static final String ROOT = "capocomico";

    /** A PostgreSQL that somebody else runs. */
    public record Database(String jdbcUrl, String user, String password) {
        /** For a person: as it is usually written, without the password. */
        public String shown() {
            String place = jdbcUrl.replaceFirst("^jdbc:", "").replaceFirst("\\?.*", "");
            return place.replaceFirst("://", "://" + Matcher.quoteReplacement(user) + "@");
        }

        /** Without the password: this may be logged. */
        @Override
        public String toString() {
            return jdbcUrl + " as " + user;
        }
    }

    /**
     * Where HTTP is served by a node that serves it.
     *
     * @param access how callers are known; empty when nothing was said
     * @param claims what tokens have to say, however they are signed
     * @param tls empty for plain HTTP
     * @param limits what tenants may take of the server
     * @param proxies who is believed when it says for whom it asks
     * @param management where machines ask how it is; empty when that is not apart
     */
    public record Http(
            String host,
            int port,
            Optional<AccessSettings> access,
            AccessSettings.Claims claims,
            Optional<TlsFiles> tls,
            Optional<Doors.Management> management,
            LoadLimits limits,
            TrustedProxies proxies,
            Duration auditRetention) {}

    /**
     * Reads {@code application.conf} from the class path, or the file that {@code -Dconfig.file} names, and the environment.
     *
     * @throws ConfigurationException with everything that is wrong
     */
    public static NodeConfiguration load() {
        try {
            return of(ConfigFactory.defaultApplication().resolve(), ConfigFactory.systemProperties(), System.getenv());
        } catch (ConfigException e) {
            throw new ConfigurationException(List.of("the configuration cannot be read: " + e.getMessage()));
        }
    }

    /** @param properties those of the JVM, which may hold anything and come before the file */
    static NodeConfiguration of(Config file, Config properties, Map<String, String> environment) {
        List<String> problems = new ArrayList<>();
        unknownKeys(file, problems);
        Config config = properties.withFallback(file);
        Map<Key, String> said = new EnumMap<>(Key.class);
        for (Key key : Key.values()) {
            said(key, config, environment, problems).ifPresent(value -> {
                key.complaint(value).ifPresent(problems::add);
                said.put(key, value);
            });
        }
        contradictions(said, problems);
        Optional<Database> database = problems.isEmpty() ? database(said, problems) : Optional.empty();
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        Map<Key, String> values = new EnumMap<>(said);
        for (Key key : Key.values()) {
            key.standard().ifPresent(standard -> values.putIfAbsent(key, standard));
        }
        return of(database, values);
    }

    private static Optional<String> said(
            Key key, Config config, Map<String, String> environment, List<String> problems) {
        String said = environment.get(key.environmentVariable());
        if (said != null) {
            return Optional.of(said.strip());
        }
        String path = ROOT + "." + key.path();
        if (!config.hasPath(path)) {
            return Optional.empty();
        }
        try {
            return Optional.of(config.getString(path).strip());
        } catch (ConfigException.WrongType e) {
            problems.add("%s is %s; allowed is %s"
                    .formatted(path, config.getValue(path).valueType().name().toLowerCase(Locale.ROOT), key.allowed()));
            return Optional.empty();
        }
    }

    private static void unknownKeys(Config config, List<String> problems) {
        if (!config.hasPath(ROOT)) {
            return;
        }
        if (config.getValue(ROOT).valueType() != ConfigValueType.OBJECT) {
            problems.add("capocomico is no group of settings");
            return;
        }
        List<String> known = Arrays.stream(Key.values()).map(Key::path).collect(Collectors.toList());
        for (String name : names(config.getObject(ROOT), known)) {
            if (!known.contains(name)) {
                problems.add("capocomico.%s is no setting; %s"
                        .formatted(name, DidYouMean.hint(name, known, "the settings are")));
            }
        }
    }

    /** Of a group, the names of what is in it. */
    private static List<String> names(ConfigObject root, List<String> known) {
        List<String> names = new ArrayList<>();
        root.forEach((name, value) -> {
            if (value instanceof ConfigObject group && known.stream().anyMatch(path -> path.startsWith(name + "."))) {
                group.keySet().forEach(inner -> names.add(name + "." + inner));
            } else {
                names.add(name);
            }
        });
        return names;
    }

    private static void contradictions(Map<Key, String> values, List<String> problems) {
        if (values.containsKey(Key.JWT_SECRET) && values.containsKey(Key.JWKS_URL)) {
            problems.add("there are both capocomico.jwt-secret (or JWT_SECRET) and capocomico.jwks-url (or JWKS_URL);"
                    + " a token is signed in one way: leave one of them out");
        }
        if (values.containsKey(Key.TLS_CERTIFICATE) != values.containsKey(Key.TLS_KEY)) {
            problems.add("a certificate and its key go together: capocomico.tls-certificate (or TLS_CERTIFICATE)"
                    + " and capocomico.tls-key (or TLS_KEY)");
        }
    }

    /** The address may name user and password itself; a second one beside it has to be the same. */
    private static Optional<Database> database(Map<Key, String> said, List<String> problems) {
        String url = said.get(Key.DATABASE_URL);
        if (url == null) {
            return Optional.empty();
        }
        try {
            DatabaseAddress address = DatabaseAddress.parse(url);
            return Optional.of(new Database(
                    address.jdbcUrl(),
                    either(Key.DATABASE_USER, address.user(), said, problems),
                    either(Key.DATABASE_PASSWORD, address.password(), said, problems)));
        } catch (DatabaseAddress.MalformedException e) {
            throw new IllegalStateException("an address that was found to be allowed is not", e);
        }
    }

    private static String either(Key key, @Nullable String inAddress, Map<Key, String> said, List<String> problems) {
        String beside = said.get(key);
        if (inAddress != null && beside != null && !inAddress.equals(beside)) {
            problems.add(
                    "capocomico.database-url (or DATABASE_URL) and capocomico.%s (or %s) differ; leave one of them out"
                            .formatted(key.path(), key.environmentVariable()));
        }
        return inAddress != null
                ? inAddress
                : beside != null ? beside : key.standard().orElse("");
    }

    private static NodeConfiguration of(Optional<Database> database, Map<Key, String> values) {
        return new NodeConfiguration(
                database,
                Duration.ofSeconds(number(values, Key.DATABASE_LEASE_SECONDS)),
                Duration.ofHours(number(values, Key.WORKFLOW_TIMEOUT_HOURS)),
                Duration.ofSeconds(number(values, Key.AGENT_ALLOCATION_TIMEOUT_SECONDS)),
                Duration.ofSeconds(number(values, Key.SAGA_COMPENSATION_TIMEOUT_SECONDS)),
                number(values, Key.CIRCUIT_BREAKER_FAILURE_THRESHOLD),
                Duration.ofMinutes(number(values, Key.CHECKPOINT_INTERVAL_MINUTES)),
                Duration.ofHours(number(values, Key.EVENT_RETENTION_HOURS)),
                Duration.ofSeconds(number(values, Key.STOP_GRACE_SECONDS)),
                number(values, Key.WORKER_POOL_SIZE),
                number(values, Key.TASK_QUEUE_MAX_SIZE),
                number(values, Key.MAX_CONCURRENT_WORKFLOWS),
                values.containsKey(Key.MAX_CONCURRENT_WORKFLOWS_PER_TENANT)
                        ? OptionalInt.of(number(values, Key.MAX_CONCURRENT_WORKFLOWS_PER_TENANT))
                        : OptionalInt.empty(),
                number(values, Key.EXECUTION_BYTES_MAX),
                capacity(values),
                new Http(
                        text(values, Key.HTTP_HOST),
                        number(values, Key.HTTP_PORT),
                        access(values),
                        claims(values),
                        Optional.ofNullable(values.get(Key.TLS_CERTIFICATE))
                                .map(file -> new TlsFiles(Path.of(file), Path.of(text(values, Key.TLS_KEY)))),
                        values.containsKey(Key.MANAGEMENT_PORT)
                                ? Optional.of(new Doors.Management(
                                        text(values, Key.MANAGEMENT_HOST), number(values, Key.MANAGEMENT_PORT)))
                                : Optional.empty(),
                        limits(values),
                        Optional.ofNullable(values.get(Key.TRUSTED_PROXIES))
                                .flatMap(TrustedProxies::parse)
                                .orElse(TrustedProxies.NONE),
                        Duration.ofDays(number(values, Key.AUDIT_RETENTION_DAYS))));
    }

    private static LoadLimits limits(Map<Key, String> values) {
        return new LoadLimits(
                number(values, Key.HTTP_CALLS_AT_ONCE),
                values.containsKey(Key.HTTP_CALLS_PER_SECOND_PER_TENANT)
                        ? number(values, Key.HTTP_CALLS_PER_SECOND_PER_TENANT)
                        : LoadLimits.NO_RATE,
                number(values, Key.HTTP_BODY_MEMORY_PERCENT),
                number(values, Key.HTTP_STREAMS_PER_TENANT),
                LoadLimits.DEFAULT.workTimeMax());
    }

    private static Capacity capacity(Map<Key, String> values) {
        Resources said = new Resources(values.get(Key.CAPACITY_CPU), values.get(Key.CAPACITY_MEMORY));
        return new Capacity(
                said.cpu() == null ? Capacity.UNLIMITED.cpuMillisMax() : said.cpuMillis(),
                said.memory() == null ? Capacity.UNLIMITED.memoryBytesMax() : said.memoryBytes());
    }

    private static Optional<AccessSettings> access(Map<Key, String> values) {
        String url = values.get(Key.JWKS_URL);
        return url == null
                ? Optional.ofNullable(values.get(Key.JWT_SECRET))
                        .map(secret -> AccessSettings.SharedSecret.of(secret, claims(values)))
                : Optional.of(new AccessSettings.Jwks(URI.create(url), claims(values)));
    }

    private static AccessSettings.Claims claims(Map<Key, String> values) {
        return new AccessSettings.Claims(values.get(Key.JWT_ISSUER), values.get(Key.JWT_AUDIENCE));
    }

    /** What the rules of executions take from it. */
    public Rules.Settings rules() {
        Rules.Settings standard = Rules.Settings.DEFAULT;
        return new Rules.Settings(
                workflowTimeout,
                compensationTimeout,
                standard.cancelGrace(),
                standard.lossesMax(),
                standard.itemsMax(),
                standard.parkAfter(),
                standard.childAskAgain(),
                executionBytesMax);
    }

    /** What the actors take from it. */
    public Surroundings.Settings engine() {
        Surroundings.Settings standard = Surroundings.Settings.DEFAULT;
        return new Surroundings.Settings(
                allocationTimeout,
                standard.requestsMax(),
                standard.restartDelayMin(),
                standard.restartDelayMax(),
                standard.parkLinger(),
                checkpointInterval,
                standard.checkpointSteps());
    }

    private static String text(Map<Key, String> values, Key key) {
        return values.getOrDefault(key, "");
    }

    private static int number(Map<Key, String> values, Key key) {
        return Integer.parseInt(text(values, key));
    }
}
