package dev.capocomico.configuration;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be set. Each is a key below {@code capocomico} in {@code application.conf}, named like its environment
 * variable, which comes before the file.
 */
public enum Key {
    DATABASE_URL(Kind.JDBC_URL, null, "the PostgreSQL to use; without it a node has an embedded one"),
    DATABASE_USER(Kind.TEXT, "postgres", "who connects to it"),
    DATABASE_PASSWORD(Kind.SECRET, "", "and with which password"),
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
    WORKER_POOL_SIZE(1, 100_000, Key.TEN_PER_CORE, "how many agents inside the node work at once"),
    TASK_QUEUE_MAX_SIZE(1, 10_000_000, 1_000, "how many attempts wait for them; further ones ask again");

    private static final int TEN_PER_CORE = 0;

    /** What a value looks like. */
    enum Kind {
        WHOLE_NUMBER,
        TEXT,
        JDBC_URL,
        SECRET
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
        this.kind = Kind.WHOLE_NUMBER;
        this.min = min;
        this.max = max;
        this.standard = Optional.of(Integer.toString(standard == 0 ? perCore() : standard));
        this.meaning = meaning;
    }

    private static int perCore() {
        return 10 * Runtime.getRuntime().availableProcessors();
    }

    /** In {@code application.conf}, below {@code capocomico}. */
    public String path() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
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
            case TEXT -> "a text that is not empty";
            case JDBC_URL -> "an address such as jdbc:postgresql://host:5432/database";
            case SECRET -> "any text";
        };
    }

    /** The sentence about a value that is not allowed; empty for one that is. */
    Optional<String> complaint(String value) {
        boolean fine =
                switch (kind) {
                    case WHOLE_NUMBER -> isWholeNumber(value);
                    case TEXT -> !value.isBlank();
                    case JDBC_URL -> value.startsWith("jdbc:postgresql:");
                    case SECRET -> true;
                };
        return fine
                ? Optional.empty()
                : Optional.of("capocomico.%s (or %s) is \"%s\"; allowed is %s"
                        .formatted(path(), environmentVariable(), value, allowed()));
    }

    private boolean isWholeNumber(String value) {
        try {
            int number = Integer.parseInt(value);
            return number >= min && number <= max;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
