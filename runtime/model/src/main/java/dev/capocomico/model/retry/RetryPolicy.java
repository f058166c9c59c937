package dev.capocomico.model.retry;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How often and after which delay a failed attempt is made again.
 *
 * @param maxRetries attempts after the first one
 * @param jitter the share of a delay that chance may add or take away, 0 to 1
 * @param retryOn failure codes that are retried; empty is all that may be retried
 * @param noRetryOn failure codes that are never retried; stronger than {@code retryOn}
 */
public record RetryPolicy(
        RetryStrategy strategy,
        int maxRetries,
        Duration initialDelay,
        Duration maxDelay,
        double multiplier,
        double jitter,
        List<String> retryOn,
        List<String> noRetryOn) {

    public static final RetryPolicy STANDARD = exponential(3, Duration.ofSeconds(1), Duration.ofSeconds(60), 2);

    /** The policies that a definition may use by name, in the order in which they are documented. */
    public static final Map<String, RetryPolicy> NAMED = named();

    public RetryPolicy {
        retryOn = List.copyOf(retryOn);
        noRetryOn = List.copyOf(noRetryOn);
    }

    private static Map<String, RetryPolicy> named() {
        Map<String, RetryPolicy> named = new LinkedHashMap<>();
        named.put(
                "none",
                new RetryPolicy(RetryStrategy.FIXED, 0, Duration.ZERO, Duration.ZERO, 1, 0, List.of(), List.of()));
        named.put("standard", STANDARD);
        named.put("exponential_backoff", STANDARD);
        named.put("aggressive", exponential(5, Duration.ofMillis(500), Duration.ofSeconds(30), 2));
        named.put("conservative", exponential(2, Duration.ofSeconds(2), Duration.ofSeconds(120), 3));
        named.put("quick", exponential(3, Duration.ofMillis(100), Duration.ofSeconds(5), 1.5));
        return Collections.unmodifiableMap(named);
    }

    private static RetryPolicy exponential(int maxRetries, Duration initial, Duration max, double multiplier) {
        return new RetryPolicy(
                RetryStrategy.EXPONENTIAL, maxRetries, initial, max, multiplier, 0.1, List.of(), List.of());
    }
}
