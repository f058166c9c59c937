package dev.capocomico.engine.store;

import dev.capocomico.model.execution.ExecutionKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers, from the table of executions, which of them should be awake. */
public interface Waking {
    /**
     * Those that have neither ended nor been parked, in the order of their keys.
     *
     * @param after where the page begins; null for the first
     */
    List<ExecutionKey> shouldBeAwake(@Nullable ExecutionKey after, int limit);

    /**
     * Parked ones that are due. Their time is moved on by the lease, so that a message that gets lost costs no more than that;
     * one that wakes up writes its own.
     */
    List<ExecutionKey> claimDue(Instant now, Duration lease, int limit);
}
