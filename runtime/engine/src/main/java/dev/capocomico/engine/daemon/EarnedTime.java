package dev.capocomico.engine.daemon;

import java.time.Instant;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A clock for those who remove what is old: that of the database, but it runs ahead no faster than time passes here. So a clock that is set
 * a week ahead, and back again, makes nothing a week older. It goes back with the database's at once, and then on from there. What it
 * lags behind after a jump that was right, such as that of a machine that was suspended, only keeps things for longer. For one thread at a
 * time.
 */
final class EarnedTime {
    private final LongSupplier nanos;
    private @Nullable Instant base;
    private long baseNanos;

    /** @param nanos a clock that nobody sets */
    EarnedTime(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** @param told what the database takes for the time */
    Instant at(Instant told) {
        long now = nanos.getAsLong();
        Instant earned = base == null ? told : base.plusNanos(now - baseNanos);
        Instant time = told.isBefore(earned) ? told : earned;
        base = time;
        baseNanos = now;
        return time;
    }
}
