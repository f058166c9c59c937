package dev.capocomico.http.load;

import java.time.Duration;

/**
 * What tenants may take of the server.
 *
 * @param callsAtOnce that are under way; a tenant who is not alone gets its part of an eighth of them at most
 * @param callsPerSecondPerTenant {@link #NO_RATE} for no limit
 * @param bodyHeapPercent of the heap that bodies may take, with what reading makes of them
 * @param streamsPerTenant of all streams
 * @param workTimeMax after which reading and checking what a call brought is given up
 */
public record LoadLimits(
        int callsAtOnce, int callsPerSecondPerTenant, int bodyHeapPercent, int streamsPerTenant, Duration workTimeMax) {
    /** As many calls in a second as the server can answer. */
    public static final int NO_RATE = 0;

    public static final LoadLimits DEFAULT = new LoadLimits(256, NO_RATE, 50, 1_500, Duration.ofSeconds(3));
}
