package dev.capocomico.model.definition;

import org.jspecify.annotations.Nullable;

/** What the workflow says about failure beyond its tasks; null leaves a part to the configuration. */
public record FaultTolerance(
        @Nullable CircuitBreaker circuitBreaker, @Nullable Saga saga) {
    public static final FaultTolerance DEFAULT = new FaultTolerance(null, null);

    /** The order in which things are undone, if they are. */
    public SagaStrategy strategy() {
        return saga == null ? SagaStrategy.BACKWARD : saga.strategy();
    }
}
