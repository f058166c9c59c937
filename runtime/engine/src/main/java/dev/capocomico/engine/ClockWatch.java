package dev.capocomico.engine;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Notices that the clock of this node has moved otherwise than time passes: it was set, or the machine was suspended. Timers of the
 * runtime count the time that passes while the machine runs, so those that were set before ring too late or too early, and must be set
 * again. To be asked every second; for one thread at a time.
 */
final class ClockWatch {
    static final Duration EVERY = Duration.ofSeconds(1);

    /** A timer that is off by so much is left alone. Clocks that are corrected bit by bit are off by less between two looks. */
    private static final long TOLERANCE_MILLIS = 500;

    private final InstantSource clock;
    private final LongSupplier nanos;
    private final Runnable moved;
    private long offsetMillis;

    ClockWatch(InstantSource clock, LongSupplier nanos, Runnable moved) {
        this.clock = clock;
        this.nanos = nanos;
        this.moved = moved;
        this.offsetMillis = offset();
    }

    void look() {
        long now = offset();
        if (Math.abs(now - offsetMillis) > TOLERANCE_MILLIS) {
            offsetMillis = now;
            moved.run();
        }
    }

    private long offset() {
        return clock.millis() - TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong());
    }
}
