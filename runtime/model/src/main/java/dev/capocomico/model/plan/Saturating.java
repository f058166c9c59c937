package dev.capocomico.model.plan;

import java.time.Duration;

/** Sums of amounts that are not negative, which stay at {@link Long#MAX_VALUE} instead of turning negative. */
final class Saturating {
    private static final Duration LONGEST = Duration.ofMillis(Long.MAX_VALUE);

    private Saturating() {}

    static long add(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    static long multiply(long a, long b) {
        return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
    }

    static long millis(Duration duration) {
        return duration.compareTo(LONGEST) > 0 ? Long.MAX_VALUE : duration.toMillis();
    }
}
