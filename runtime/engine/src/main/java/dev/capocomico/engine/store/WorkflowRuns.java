package dev.capocomico.engine.store;

import dev.capocomico.model.execution.ExecutionKey;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The executions of a workflow as the journal has them at this moment, also those that {@link ExecutionList} does not show yet: one
 * that was begun before the question is in the answer. Blocks.
 */
public interface WorkflowRuns {
    /** How many are told at most. */
    int LIMIT_MAX = 100;

    /**
     * Which workflow.
     *
     * @param version null for all of them
     */
    record Which(String tenant, String workflow, @Nullable String version) {}

    /** An execution, and what version of the workflow it is of. */
    record Run(ExecutionKey key, String workflow, String version) {}

    /** Those started last, the newest first. */
    List<Run> newest(Which which, int limit);

    /**
     * Those that have not ended, the newest first. One that has ended moments ago may still be among them, so whoever must know asks
     * the execution.
     */
    List<Run> open(Which which, int limit);

    /**
     * Does something that must not be done by two at once for a workflow, wherever in the cluster they are. If the node dies
     * meanwhile, the next one may begin.
     *
     * @param work is given what {@link #open} would tell; to be done within seconds
     */
    <T> T alone(Which which, int limit, Function<List<Run>, T> work);
}
