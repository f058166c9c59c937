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
 * @param input what all attempts of this iteration get, from the first one on; null before, and when the definition or the execution has it as it is
 */
public record Progress(
        int generation,
        int iteration,
        int attempts,
        int retries,
        int losses,
        boolean unknown,
        @Nullable JsonNode previous,
        @Nullable JsonNode input) {
    static Progress fresh(int generation) {
        return new Progress(generation, 1, 0, 0, 0, false, null, null);
    }

    /**
     * Whether it is written when an agent begins with it, so that the next loss is known to be one. Not for what was never lost: that would
     * cost every task a row.
     */
    boolean tellsWhenItBegins() {
        return losses > 0;
    }

    /** What is unknown of the attempt before is forgotten when this one ends, not before: it may never begin. */
    Progress dispatched(@Nullable JsonNode withInput) {
        JsonNode fixed = withInput == null ? input : withInput;
        return new Progress(generation, iteration, attempts + 1, retries, losses, unknown, previous, fixed);
    }

    /** As if it had not been dispatched. */
    Progress notBegun() {
        return new Progress(generation, iteration, attempts - 1, retries, losses, unknown, previous, input);
    }

    Progress retried(boolean outcomeUnknown) {
        return new Progress(generation, iteration, attempts, retries + 1, losses, outcomeUnknown, previous, input);
    }

    Progress lost() {
        return new Progress(generation, iteration, attempts, retries, losses + 1, true, previous, input);
    }

    /** An agent had begun, and was interrupted because its node stopped: nobody's fault. */
    Progress interrupted() {
        return new Progress(generation, iteration, attempts, retries, losses, true, previous, input);
    }

    Progress iterated(JsonNode output) {
        return new Progress(generation, iteration + 1, attempts, 0, 0, false, output, null);
    }

    /** No further attempt is made in this iteration. */
    Progress over() {
        return input == null
                ? this
                : new Progress(generation, iteration, attempts, retries, losses, unknown, previous, null);
    }
}
