package dev.capocomico.configuration;

import dev.capocomico.http.access.AccessSettings;
import dev.capocomico.http.audit.TrustedProxies;
import dev.capocomico.model.definition.Resources;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be set. Each is a key below {@code capocomico} in {@code application.conf}, named like its environment
 * variable, which comes before the file.
 */
public enum Key {
    DATABASE_URL(
            Kind.DATABASE,
            null,
            "the PostgreSQL to use, which capo serve needs; without it capo dev, capo run and capo bench have an embedded one"),
    DATABASE_USER(Kind.TEXT, "postgres", "who connects to it, where its address names nobody"),
    DATABASE_PASSWORD(Kind.SECRET, "", "and with which password, where its address holds none"),
    DATABASE_LEASE_SECONDS(
            1,
            3_600,
            15,
            "how long a node has a database for itself without saying that it lives; when it has died, the next one begins after that time at the latest"),
    WORKFLOW_TIMEOUT_HOURS(1, 87_600, 24, "when an execution that says nothing else is given up"),
    AGENT_ALLOCATION_TIMEOUT_SECONDS(1, 86_400, 300, "how long an attempt waits for an agent before it fails"),
    SAGA_COMPENSATION_TIMEOUT_SECONDS(1, 604_800, 600, "how long the whole of a compensation may take"),
    CIRCUIT_BREAKER_FAILURE_THRESHOLD(
            1,
            1_000_000,
            5,
            "failures in a row after which agents of a type are left alone, where the workflow says nothing"),
    CHECKPOINT_INTERVAL_MINUTES(1, 10_080, 5, "how old the last snapshot of an execution that goes on may be"),
    EVENT_RETENTION_HOURS(1, 87_600, 168, "how long the history of ended executions, and published events, are kept"),
    STOP_GRACE_SECONDS(
            0,
            86_400,
            30,
            "how long agents at work may go on when the node stops; what has not ended then is made again by the next node"),
    WORKER_POOL_SIZE(1, 100_000, Key.TEN_PER_CORE, "how many agents inside the node work at once"),
    TASK_QUEUE_MAX_SIZE(1, 10_000_000, 1_000, "how many attempts of one tenant wait for them; further ones ask again"),
    MAX_CONCURRENT_WORKFLOWS(
            1,
            10_000_000,
            1_000,
            "how many executions may have work in flight on a node before HTTP starts no more; those that wait for long do not count"),
    MAX_CONCURRENT_WORKFLOWS_PER_TENANT(
            1,
            10_000_000,
            "how many of those may be one tenant's; a tenant has no limit of its own when nothing is said"),
    EXECUTION_BYTES_MAX(
            1,
            Integer.MAX_VALUE,
            64 * 1024 * 1024,
            "how many bytes of values an execution may hold, roughly: its input, its outputs, signals that wait and events"),
    CAPACITY_CPU(
            Kind.CPU,
            null,
            "more processors than a workflow, or an execution, may ask for: it is answered with 507; no limit when nothing is said"),
    CAPACITY_MEMORY(Kind.MEMORY, null, "and more memory"),
    HTTP_HOST(Kind.TEXT, "127.0.0.1", "the address on which HTTP is served; 0.0.0.0 is every address of the machine"),
    HTTP_PORT(Kind.PORT, "8080", "and the port"),
    HTTP_CALLS_AT_ONCE(
            1,
            100_000,
            256,
            "how many calls are under way; while several tenants call, each gets its part of an eighth of them, and of fewer while the processors are busy"),
    HTTP_CALLS_PER_SECOND_PER_TENANT(
            1,
            1_000_000,
            "how many calls a tenant may make in a second; as many as the server can answer when nothing is said"),
    HTTP_STREAMS_PER_TENANT(1, 3_000, 1_500, "how many streams and sockets a tenant may have open, of 3,000 in all"),
    HTTP_BODY_MEMORY_PERCENT(
            5, 80, 50, "how much of the heap the bodies of calls may take, with what reading makes of them"),
    JWT_SECRET(Kind.KEY, null, "takes tokens signed with HS256 and this secret"),
    JWKS_URL(
            Kind.KEYS_URL,
            null,
            "takes tokens signed with RS256 or ES256 by a key that is published there; instead of a secret"),
    JWT_ISSUER(Kind.TEXT, null, "takes only tokens with this iss, however they are signed"),
    JWT_AUDIENCE(
            Kind.TEXT,
            null,
            "takes only tokens that name this in aud; to be set where other services trust the same key"),
    TLS_CERTIFICATE(
            Kind.TEXT,
            null,
            "a PEM file with the server's certificate and those that vouch for it: with it, HTTP comes over TLS"),
    TLS_KEY(Kind.TEXT, null, "a PEM file with its private key, in PKCS #8, without a password"),
    TRUSTED_PROXIES(
            Kind.NETWORKS,
            null,
            "proxies before the server that are believed when they say in X-Forwarded-For for whom they ask, for the audit; nobody when nothing is said"),
    AUDIT_RETENTION_DAYS(1, 36_500, 365, "how long the audit is kept"),
    MANAGEMENT_HOST(Kind.TEXT, "127.0.0.1", "the address of the management port, which asks nobody for a token"),
    MANAGEMENT_PORT(
            Kind.PORT,
            null,
            "where /health, /ready and /metrics are answered for machines; with it, /metrics is answered nowhere else");

    private static final int TEN_PER_CORE = 0;
    private static final int PORT_MAX = 65_535;

    /** What a value looks like. */
    enum Kind {
        WHOLE_NUMBER,
        CPU,
        MEMORY,
        NETWORKS,
        TEXT,
        PORT,
        DATABASE,
        KEYS_URL,
        SECRET,
        KEY
    }

    private final Kind kind;
    private final int min;
    private final int max;
    private final Optional<String> standard;
    private final String meaning;

    Key(Kind kind, @Nullable String standard, String meaning) {
        this.kind = kind;
        this.min = 0;
        this.max = 0;
        this.standard = Optional.ofNullable(standard);
        this.meaning = meaning;
    }

    Key(int min, int max, int standard, String meaning) {
        this(min, max, Optional.of(Integer.toString(standard == 0 ? perCore() : standard)), meaning);
    }

    Key(int min, int max, String meaning) {
        this(min, max, Optional.empty(), meaning);
    }

    Key(int min, int max, Optional<String> standard, String meaning) {
        this.kind = Kind.WHOLE_NUMBER;
        this.min = min;
        this.max = max;
        this.standard = standard;
        this.meaning = meaning;
    }

    private static int perCore() {
        return 10 * Runtime.getRuntime().availableProcessors();
    }

    /** In {@code application.conf}, below {@code capocomico}; amounts that the cluster has stand in a group of their own. */
    public String path() {
        String path = name().toLowerCase(Locale.ROOT).replace('_', '-');
        return kind == Kind.CPU || kind == Kind.MEMORY ? path.replaceFirst("-", ".") : path;
    }

    public String environmentVariable() {
        return name();
    }

    /** What holds when nothing is said; empty when that is nothing at all. */
    public Optional<String> standard() {
        return standard;
    }

    /** As the manual has it, on any machine. */
    String standardInWords() {
        return this == WORKER_POOL_SIZE
                ? "10 × cores"
                : standard.filter(text -> !text.isEmpty()).orElse("–");
    }

    String meaning() {
        return meaning;
    }

    /** For a person: what a value may be. */
    String allowed() {
        return switch (kind) {
            case WHOLE_NUMBER -> "a whole number from %,d to %,d".formatted(min, max);
            case CPU -> "an amount such as 16 cores or 500m";
            case MEMORY -> "an amount such as 64GB or 512Mi";
            case NETWORKS -> "addresses, or networks such as 10.0.0.0/8, with commas between";
            case TEXT -> "a text that is not empty";
            case PORT -> "a port from 1 to 65535, or 0 for a free one";
            case DATABASE -> DatabaseAddress.ALLOWED;
            case KEYS_URL -> "an https address, or an http address of this machine such as http://localhost:8081/keys";
            case SECRET -> "any text";
            case KEY -> "a text of %d bytes at least".formatted(AccessSettings.SharedSecret.BYTES_MIN);
        };
    }

    /** The sentence about a value that is not allowed; empty for one that is. */
    Optional<String> complaint(String value) {
        boolean fine =
                switch (kind) {
                    case WHOLE_NUMBER -> isWholeNumber(value, min, max);
                    case CPU -> Resources.parseCpuMillis(value).isPresent();
                    case MEMORY -> Resources.parseMemoryBytes(value).isPresent();
                    case NETWORKS -> TrustedProxies.parse(value).isPresent();
                    case TEXT -> !value.isBlank();
                    case PORT -> isWholeNumber(value, 0, PORT_MAX);
                    case DATABASE -> wrongAddress(value).isEmpty();
                    case KEYS_URL -> isKeysUrl(value);
                    case SECRET -> true;
                    case KEY -> value.getBytes(StandardCharsets.UTF_8).length >= AccessSettings.SharedSecret.BYTES_MIN;
                };
        return fine
                ? Optional.empty()
                : Optional.of("capocomico.%s (or %s) %s".formatted(path(), environmentVariable(), whatIsWrong(value)));
    }

    /** Messages are logged, so secrets do not stand in them. */
    private String whatIsWrong(String value) {
        return switch (kind) {
            case WHOLE_NUMBER, CPU, MEMORY, NETWORKS, TEXT, PORT, KEYS_URL ->
                "is \"%s\"; allowed is %s".formatted(value, allowed());
            case DATABASE -> wrongAddress(value).orElseThrow();
            case SECRET, KEY ->
                "is a text of %d bytes; allowed is %s"
                        .formatted(value.getBytes(StandardCharsets.UTF_8).length, allowed());
        };
    }

    private static Optional<String> wrongAddress(String value) {
        try {
            DatabaseAddress.parse(value);
            return Optional.empty();
        } catch (DatabaseAddress.MalformedException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static boolean isWholeNumber(String value, int min, int max) {
        try {
            int number = Integer.parseInt(value);
            return number >= min && number <= max;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean isKeysUrl(String value) {
        try {
            return AccessSettings.Jwks.isSafe(new URI(value));
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
