package dev.capocomico.model.definition;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What an execution, with its children, may spend; null is no limit of the definition's own.
 *
 * @param maxDepth how many levels of children there may be; null is {@link #DEPTH_DEFAULT} for an execution that is nobody's child
 */
public record Budget(
        @Nullable Long maxAgentCalls,
        @Nullable Long maxTokens,
        @Nullable BigDecimal maxCost,
        @Nullable Integer maxDepth) {
    /** So that a workflow that starts itself comes to an end. */
    public static final int DEPTH_DEFAULT = 5;

    public static final Budget UNLIMITED = new Budget(null, null, null, null);

    public Budget {
        // 5 and 5.00 are one amount of money, and must be equal.
        maxCost = maxCost == null ? null : maxCost.signum() == 0 ? BigDecimal.ZERO : maxCost.stripTrailingZeros();
    }
}
