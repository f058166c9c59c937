package dev.capocomico;

import org.jspecify.annotations.Nullable;

/**
 * Does the work of a task. Called on a virtual thread of its own for each attempt, by as many threads at once as the node's pool has,
 * so it must be thread-safe; it may block.
 *
 * <p>An attempt may be made again although an earlier one did its work (the node may die between the work and its record), so work
 * that must not happen twice uses {@link Task#idempotencyKey}.
 */
@FunctionalInterface
public interface Agent {
    /**
     * Makes one attempt.
     *
     * @return the task's output, anything that Jackson can write as JSON
     * @throws AgentFailure to say how the attempt has failed, and whether another may help
     * @throws Exception any other fails the attempt with the code {@code AGENT_ERROR}, and is tried again by the task's policy
     */
    @Nullable Object perform(Task task) throws Exception;
}
