package dev.capocomico.bench;

import java.util.Arrays;

/** Times in order, so that percentiles can be read from them. */
final class Spread {
    private final long[] sortedNanos;

    private Spread(long[] sortedNanos) {
        this.sortedNanos = sortedNanos;
    }

    static Spread of(long[] nanos) {
        if (nanos.length == 0) {
            throw new IllegalArgumentException("no times have no percentiles");
        }
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Spread(sorted);
    }

    /** The smallest time that so many percent of all do not exceed. */
    double millis(double percent) {
        int rank = (int) Math.ceil(percent / 100 * sortedNanos.length);
        return sortedNanos[Math.max(rank, 1) - 1] / 1e6;
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
