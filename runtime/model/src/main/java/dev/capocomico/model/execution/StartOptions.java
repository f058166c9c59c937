package dev.capocomico.model.execution;

import dev.capocomico.model.definition.Priority;
import dev.capocomico.model.retry.RetryPolicy;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was said when the execution was started, over and above the definition.
 *
 * @param retry in place of the default policy, not of one that a task names
 * @param maxAgents attempts in flight at once; null is no limit of this execution's own
 * @param parent null for an execution that nobody's task started
 * @param labels words of the user's own, to find executions by
 */
public record StartOptions(
        @Nullable Duration timeout,
        @Nullable RetryPolicy retry,
        @Nullable Priority priority,
        @Nullable Integer maxAgents,
        @Nullable Parent parent,
        Map<String, String> labels) {

    public static final StartOptions NONE = new StartOptions(null, null, null, null, null, Map.of());

    public StartOptions {
        labels = Map.copyOf(labels);
    }

    /**
     * The execution whose task this one is.
     *
     * @param depthLeft how many levels of children there may be below this one
     */
    public record Parent(String executionId, Target.Element element, int depthLeft) {}
}
