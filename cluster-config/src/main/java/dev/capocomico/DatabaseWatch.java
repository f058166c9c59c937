package dev.capocomico;

import dev.capocomico.engine.probe.Probe;
import dev.capocomico.engine.store.Projection;
import dev.capocomico.engine.store.StoreException;
import dev.capocomico.http.metrics.Metrics;
import dev.capocomico.http.site.SiteCalls;
import dev.capocomico.persistence.store.JdbcProjection;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import javax.sql.DataSource;

/** How the database is, asked in the background: what machines ask of a node, and without a token, costs the database nothing. */
final class DatabaseWatch implements SiteCalls.Fitness, Metrics.Database, AutoCloseable {
    /** Seconds in which a database that is there answers. */
    private static final int ANSWERS_WITHIN = 2;

    private static final Duration LOOKS_EVERY = Duration.ofSeconds(1);
    private static final Duration MEASURES_EVERY = Duration.ofSeconds(5);

    /** The pool waits for a connection first, and then it is tried. */
    private static final Duration SILENT_AFTER = Duration.ofSeconds(7);

    private final Sampled<Optional<String>> fitness;
    private final Sampled<Optional<Metrics.Behind>> behind;

    private final LongSupplier lossesOfSteps;

    /** @param lossesOfSteps how many executions miss steps that the database had acknowledged */
    DatabaseWatch(DataSource database, LongSupplier lossesOfSteps) {
        this(database, lossesOfSteps, LOOKS_EVERY, MEASURES_EVERY);
    }

    DatabaseWatch(DataSource database, LongSupplier lossesOfSteps, Duration looksEvery, Duration measuresEvery) {
        this.lossesOfSteps = lossesOfSteps;
        fitness = new Sampled<>("database-fitness", looksEvery, () -> ask(database));
        behind = new Sampled<>("projection-lag", measuresEvery, () -> measure(database));
    }

    private static Optional<String> ask(DataSource database) {
        try (Connection connection = database.getConnection()) {
            if (connection.isValid(ANSWERS_WITHIN)) {
                return Optional.empty();
            }
        } catch (SQLException e) {
            // It is told below, like one that answers nothing.
        }
        return Optional.of("the database does not answer");
    }

    private static Optional<Metrics.Behind> measure(DataSource database) {
        try {
            Projection.Lag lag = new JdbcProjection(database, Probe.NONE).lag();
            return Optional.of(new Metrics.Behind(lag.ready() + lag.heldBack(), lag.heldBack(), lag.age()));
        } catch (StoreException e) {
            return Optional.empty();
        }
    }

    @Override
    public CompletionStage<Optional<String>> complaint() {
        Duration age = fitness.age();
        return CompletableFuture.completedFuture(
                age.compareTo(SILENT_AFTER) > 0
                        ? Optional.of("the database has not answered for %d s".formatted(age.toSeconds()))
                        : fitness.value());
    }

    @Override
    public Metrics.Sample last() {
        boolean available = fitness.value().isEmpty() && fitness.age().compareTo(SILENT_AFTER) <= 0;
        return new Metrics.Sample(available, behind.value(), behind.age(), lossesOfSteps.getAsLong());
    }

    @Override
    public void close() {
        fitness.close();
        behind.close();
    }
}
