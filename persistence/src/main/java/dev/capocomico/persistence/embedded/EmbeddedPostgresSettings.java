package dev.capocomico.persistence.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How an embedded server is run. {@link #in} gives the settings for users; the {@code with…} methods change one thing each.
 *
 * @param directory the node's data directory; created when absent, kept between runs, used by one node at a time
 * @param port the TCP port on 127.0.0.1, or 0 for a free one, the same as the last time if it is still free
 * @param binariesCache where PostgreSQL is unpacked; by default a folder in the user's cache, shared by all data directories
 * @param stopOnExit whether a normal exit of this JVM stops the server. Shutdown hooks run side by side, so a program that
 *     still writes while it shuts down says no here and calls {@link EmbeddedPostgres#close} last
 * @param startLimit how long the server may take to become ready, recovery after a crash included
 * @param stopLimit how long an orderly stop may take before the server is stopped hard, to recover at its next start
 */
public record EmbeddedPostgresSettings(
        Path directory,
        Durability durability,
        int port,
        Optional<Path> binariesCache,
        boolean stopOnExit,
        Duration startLimit,
        Duration stopLimit) {
    public EmbeddedPostgresSettings {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
        }
        if (startLimit.toMillis() <= 0 || stopLimit.toMillis() <= 0) {
            throw new IllegalArgumentException("startLimit and stopLimit must be longer than nothing");
        }
    }

    /** Durable, on a free port, stopped when the JVM exits. */
    public static EmbeddedPostgresSettings in(Path directory) {
        return new EmbeddedPostgresSettings(
                directory,
                Durability.DURABLE,
                0,
                Optional.empty(),
                true,
                Duration.ofMinutes(2),
                Duration.ofSeconds(30));
    }

    public EmbeddedPostgresSettings withDurability(Durability changed) {
        return new EmbeddedPostgresSettings(directory, changed, port, binariesCache, stopOnExit, startLimit, stopLimit);
    }

    public EmbeddedPostgresSettings withPort(int changed) {
        return new EmbeddedPostgresSettings(
                directory, durability, changed, binariesCache, stopOnExit, startLimit, stopLimit);
    }

    public EmbeddedPostgresSettings withBinariesCache(Path changed) {
        return new EmbeddedPostgresSettings(
                directory, durability, port, Optional.of(changed), stopOnExit, startLimit, stopLimit);
    }

    public EmbeddedPostgresSettings withStopOnExit(boolean changed) {
        return new EmbeddedPostgresSettings(directory, durability, port, binariesCache, changed, startLimit, stopLimit);
    }

    public EmbeddedPostgresSettings withStartLimit(Duration changed) {
        return new EmbeddedPostgresSettings(directory, durability, port, binariesCache, stopOnExit, changed, stopLimit);
    }

    public EmbeddedPostgresSettings withStopLimit(Duration changed) {
        return new EmbeddedPostgresSettings(
                directory, durability, port, binariesCache, stopOnExit, startLimit, changed);
    }
}
