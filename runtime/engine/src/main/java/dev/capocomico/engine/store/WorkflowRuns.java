package dev.capocomico.engine.store;

import dev.capocomico.model.execution.ExecutionKey;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
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
     * Those that had not ended when they were asked for, the newest first, however many have begun and ended lately. It takes longer
     * the further {@link ExecutionList} is behind.
     */
    List<Run> open(Which which, int limit);

    /**
     * Does something that must not be done by two at once for a workflow, wherever in the cluster they are. If the node dies
     * meanwhile, the next one may begin.
     *
     * @param work is given what {@link #open} tells, each time that it asks; to be done within seconds
     */
    <T> T alone(Which which, int limit, Function<Supplier<List<Run>>, T> work);
}
