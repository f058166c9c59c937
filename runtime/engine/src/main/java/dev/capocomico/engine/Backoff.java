package dev.capocomico.engine;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Pauses that double up to a bound, with some chance in them, so that not all who failed together come back together. For one thread. */
final class Backoff {
    private static final int DOUBLINGS_MAX = 20;

    private final Duration first;
    private final Duration most;
    private final RandomGenerator chance;
    private int failures;

    Backoff(Duration first, Duration most, RandomGenerator chance) {
        this.first = first;
        this.most = most;
        this.chance = chance;
    }

    /** For what depends on nobody but the database. */
    static Backoff of(Surroundings surroundings) {
        return new Backoff(
                surroundings.settings().restartDelayMin(),
                surroundings.settings().restartDelayMax(),
                surroundings.chance());
    }

    Duration next() {
        double grown = (double) first.toMillis() * (1 << Math.min(failures, DOUBLINGS_MAX));
        failures++;
        return spread(Math.min(grown, (double) most.toMillis()));
    }

    /** A pause within the second half of this time, which counts as no failure. */
    Duration within(Duration time) {
        return spread((double) time.toMillis());
    }

    void reset() {
        failures = 0;
    }

    private Duration spread(double millis) {
        return Duration.ofMillis((long) (millis * (0.5 + chance.nextDouble() / 2)));
    }
}
