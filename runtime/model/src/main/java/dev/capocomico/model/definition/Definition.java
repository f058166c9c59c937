package dev.capocomico.model.definition;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One version of a workflow, complete and unchangeable.
 *
 * <p>The types make many wrong definitions unwritable, but not all: that names refer to something, that the graph has no
 * cycle and that expressions make sense is checked when a definition is registered. JSON values inside are shared, not
 * copied: whoever hands one over no longer changes it.
 *
 * @param output a template of the execution's result; null stands for the outputs of the tasks that nothing depends on
 * @param timeout of the whole execution; null leaves it to the configuration
 */
public record Definition(
        String name,
        String version,
        @Nullable String description,
        PatternUse pattern,
        @Nullable JsonNode inputSchema,
        @Nullable JsonNode output,
        @Nullable Duration timeout,
        Priority priority,
        Map<String, Role> agents,
        List<Task> tasks,
        Coordination coordination,
        FaultTolerance faultTolerance,
        Budget budget) {

    public Definition {
        agents = Collections.unmodifiableMap(new LinkedHashMap<>(agents));
        tasks = List.copyOf(tasks);
    }

    /** What this task does when it has failed for good: its own choice, or what the saga settings make the default. */
    public OnFailure onFailure(Task task) {
        if (task.onFailure() != null) {
            return task.onFailure();
        }
        Saga saga = faultTolerance.saga();
        boolean compensates = saga != null && saga.compensationEnabled() && saga.rollbackOnFailure();
        return compensates ? OnFailure.COMPENSATE : OnFailure.FAIL;
    }
}
