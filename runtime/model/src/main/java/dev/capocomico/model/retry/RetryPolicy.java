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

    /** A failure is an answer. */
    public static final RetryPolicy NONE =
            new RetryPolicy(RetryStrategy.FIXED, 0, Duration.ZERO, Duration.ZERO, 1, 0, List.of(), List.of());

    /** The policies that a definition may use by name, in the order in which they are documented. */
    public static final Map<String, RetryPolicy> NAMED = named();

    public RetryPolicy {
        retryOn = List.copyOf(retryOn);
        noRetryOn = List.copyOf(noRetryOn);
    }

    /** Whether failures with this code are worth another attempt. */
    public boolean retries(String code) {
        return !noRetryOn.contains(code) && (retryOn.isEmpty() || retryOn.contains(code));
    }

    /**
     * How long to wait before a retry.
     *
     * @param retry from 1
     * @param chance in [0, 1): where in the range of the jitter (or, for {@code random}, of all delays) this delay lies
     */
    public Duration delay(int retry, double chance) {
        double first = initialDelay.toMillis();
        double longest = maxDelay.toMillis();
        double grown =
                switch (strategy) {
                    case FIXED -> first;
                    case LINEAR -> first * retry;
                    case EXPONENTIAL -> first * Math.pow(multiplier, retry - 1);
                    case FIBONACCI -> first * fibonacci(retry);
                    case RANDOM -> first + chance * Math.max(0, longest - first);
                };
        double capped = Math.min(grown, longest);
        double jittered = strategy == RetryStrategy.RANDOM ? capped : capped * (1 + jitter * (2 * chance - 1));
        return Duration.ofMillis(Math.round(Math.min(jittered, longest)));
    }

    /** 1, 1, 2, 3, 5, …; in floating point, because the cap comes long before it is inexact. */
    private static double fibonacci(int n) {
        double before = 0;
        double current = 1;
        for (int i = 1; i < n && current < 1e15; i++) {
            double next = before + current;
            before = current;
            current = next;
        }
        return current;
    }

    private static Map<String, RetryPolicy> named() {
        Map<String, RetryPolicy> named = new LinkedHashMap<>();
        named.put("none", NONE);
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
