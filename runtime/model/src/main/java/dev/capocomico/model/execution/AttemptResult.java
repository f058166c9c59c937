package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** How an attempt ended. */
public sealed interface AttemptResult {
    /**
     * It did what it was asked for.
     *
     * @param agent which one did it; null for a child execution
     */
    record Succeeded(JsonNode output, @Nullable String agent, long startedAtMillis) implements AttemptResult {}

    record Failed(Failure failure, @Nullable String agent) implements AttemptResult {}

    /** Whoever had it is gone; nobody knows what became of it. */
    record Lost() implements AttemptResult {}
}
