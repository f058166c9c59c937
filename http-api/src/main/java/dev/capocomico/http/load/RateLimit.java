package dev.capocomico.http.load;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * So many calls in a second for each tenant: as many as come at once after a quiet second, then one after the other. Thread-safe.
 */
public final class RateLimit {
    /** Beyond it those are forgotten who have called nothing for a while: a tenant needs a signed token, but tokens may be many. */
    private static final int TENANTS_MAX = 10_000;

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final long nanosPerCall;
    private final LongSupplier nanoClock;

    /** Of each tenant, when its calls so far are paid for. */
    private final ConcurrentHashMap<String, Long> paidUntil = new ConcurrentHashMap<>();

    /** @param callsPerSecond 0 for no limit */
    public RateLimit(int callsPerSecond) {
        this(callsPerSecond, System::nanoTime);
    }

    RateLimit(int callsPerSecond, LongSupplier nanoClock) {
        this.nanosPerCall = callsPerSecond == 0 ? 0 : SECOND / callsPerSecond;
        this.nanoClock = nanoClock;
    }

    /** How long the tenant should wait before this call; zero when it may be made, and counts. */
    public Duration take(String tenant) {
        if (nanosPerCall == 0) {
            return Duration.ZERO;
        }
        long now = nanoClock.getAsLong();
        if (paidUntil.size() > TENANTS_MAX) {
            paidUntil.values().removeIf(until -> until - now < 0);
        }
        long[] excess = new long[1];
        paidUntil.compute(tenant, (key, until) -> {
            long from = until == null || until - now < 0 ? now : until;
            excess[0] = from + nanosPerCall - now - SECOND;
            return excess[0] > 0 ? until : Long.valueOf(from + nanosPerCall);
        });
        return excess[0] > 0 ? Duration.ofNanos(excess[0]) : Duration.ZERO;
    }
}
