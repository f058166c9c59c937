package dev.capocomico.model.definition;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a task does: exactly one of these. */
public sealed interface Work {

    /**
     * An agent of a role is asked to do something.
     *
     * @param action what the agent is asked to do; null stands for the task's id
     * @param input a template; null is handed over as JSON null
     */
    record AgentCall(
            String role, @Nullable String action, @Nullable JsonNode input) implements Work {}

    /**
     * Another workflow runs as a child of this execution.
     *
     * @param version null stands for the newest one when the child starts
     */
    record Child(
            String name, @Nullable String version, @Nullable JsonNode input) implements Work {}

    /**
     * A person or another system answers; the payload is the output.
     *
     * @param timeout null waits as long as the execution lives
     */
    record WaitFor(String signal, @Nullable Duration timeout) implements Work {}

    record Sleep(Duration duration) implements Work {}
}
