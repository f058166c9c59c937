package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** What is heard of an attempt: how it ended, or that it now begins. */
public sealed interface AttemptResult {
    /**
     * It did what it was asked for.
     *
     * @param agent which one did it; null for a child execution
     */
    record Succeeded(JsonNode output, @Nullable String agent, long startedAtMillis, Usage usage)
            implements AttemptResult {}

    record Failed(Failure failure, @Nullable String agent, Usage usage) implements AttemptResult {}

    /**
     * Whoever had it is gone; nobody knows what became of it.
     *
     * @param begun whether an agent may have begun with it; if none had, the loss does not count
     */
    record Lost(boolean begun) implements AttemptResult {}

    /**
     * Its node stops as planned and does not make it to the end.
     *
     * @param begun whether an agent had begun with it
     */
    record HandedBack(boolean begun) implements AttemptResult {}

    /**
     * An agent is about to begin with it, and waits until that is written: so that, if the node dies with it, it can be told from
     * those that still waited for their turn. Attempts at what was never lost begin without a word.
     */
    record Begun() implements AttemptResult {}
}
