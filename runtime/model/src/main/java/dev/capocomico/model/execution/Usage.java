package dev.capocomico.model.execution;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * What an attempt has used up, as far as its agent says.
 *
 * @param costNanos in billionths of the currency that budgets are given in. A whole number, because sums of it are exact in
 *     any order and take few bytes; of billionths, because a single token may cost less than a millionth
 */
public record Usage(long tokens, long costNanos) {
    public static final Usage NONE = new Usage(0, 0);

    private static final int SCALE = 9;

    /** With more, rounding would cost more than all agents. */
    private static final int PLACES_MAX = 1_000;

    private static final BigDecimal COST_MAX = BigDecimal.valueOf(Long.MAX_VALUE, SCALE);

    public Usage {
        if (tokens < 0 || costNanos < 0) {
            throw new IllegalArgumentException(
                    "nothing less than nothing can be used, but there came %,d tokens and a cost of %,d billionths"
                            .formatted(tokens, costNanos));
        }
    }

    /** A cost is rounded up to a whole billionth, so that no sum of them is too small. */
    public static Usage of(long tokens, BigDecimal cost) {
        if (cost.signum() < 0) {
            throw new IllegalArgumentException("nothing costs less than nothing, but there came a cost of " + cost);
        }
        if (Math.abs((long) cost.scale()) > PLACES_MAX) {
            throw new IllegalArgumentException(
                    "a cost has at most %,d places before or behind its point".formatted(PLACES_MAX));
        }
        BigDecimal bounded = cost.min(COST_MAX).setScale(SCALE, RoundingMode.UP);
        return new Usage(tokens, bounded.unscaledValue().longValueExact());
    }

    public BigDecimal cost() {
        return BigDecimal.valueOf(costNanos, SCALE);
    }

    /** Both together; a sum that is too large stays at the largest there is. */
    public Usage plus(Usage other) {
        return new Usage(sum(tokens, other.tokens), sum(costNanos, other.costNanos));
    }

    private static long sum(long one, long other) {
        long sum = one + other;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
