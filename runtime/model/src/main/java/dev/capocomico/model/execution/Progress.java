package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * How far a target has come.
 *
 * @param generation how often it was undone before
 * @param iteration of a {@code repeat}, from 1
 * @param attempts made, over all iterations
 * @param retries used up in this iteration
 * @param losses in this iteration
 * @param unknown whether nobody knows what the last attempt that ended did before
 * @param previous output of the iteration before
 */
public record Progress(
        int generation,
        int iteration,
        int attempts,
        int retries,
        int losses,
        boolean unknown,
        @Nullable JsonNode previous) {
    static Progress fresh(int generation) {
        return new Progress(generation, 1, 0, 0, 0, false, null);
    }

    /** From so many losses on, an attempt may be what takes its node down, and has to be alone. */
    private static final int LOSSES_BEFORE_ALONE = 2;

    boolean alone() {
        return losses >= LOSSES_BEFORE_ALONE;
    }

    /** What is unknown of the attempt before is forgotten when this one ends, not before: it may never begin. */
    Progress dispatched() {
        return new Progress(generation, iteration, attempts + 1, retries, losses, unknown, previous);
    }

    /** As if it had not been dispatched. */
    Progress notBegun() {
        return new Progress(generation, iteration, attempts - 1, retries, losses, unknown, previous);
    }

    Progress retried(boolean outcomeUnknown) {
        return new Progress(generation, iteration, attempts, retries + 1, losses, outcomeUnknown, previous);
    }

    Progress lost() {
        return new Progress(generation, iteration, attempts, retries, losses + 1, true, previous);
    }

    Progress iterated(JsonNode output) {
        return new Progress(generation, iteration + 1, attempts, 0, 0, false, output);
    }
}
