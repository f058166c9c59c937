package dev.capocomico.model.definition;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node of the graph. What is null was not said: the definition's or the configuration's default holds.
 *
 * @param when an expression; false skips the task
 * @param timeout of one attempt, from the moment an agent has it
 * @param estimate how long it usually takes; for plans and estimates only
 * @param heartbeat the agent must say it is alive this often
 * @param outputSchema JSON Schema that the output must fit
 */
public record Task(
        String id,
        Work work,
        List<String> dependsOn,
        @Nullable String when,
        @Nullable FanOut fanOut,
        @Nullable Repeat repeat,
        @Nullable EventWait onEvent,
        @Nullable Duration timeout,
        @Nullable Duration estimate,
        @Nullable Duration heartbeat,
        @Nullable RetryChoice retry,
        @Nullable Priority priority,
        @Nullable OnFailure onFailure,
        @Nullable Compensation compensation,
        @Nullable JsonNode outputSchema) {

    public Task {
        dependsOn = List.copyOf(dependsOn);
    }
}
