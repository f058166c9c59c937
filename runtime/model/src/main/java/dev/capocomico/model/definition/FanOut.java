package dev.capocomico.model.definition;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** One task, many elements; the output is the list of theirs, in order. */
public sealed interface FanOut {
    /** How many elements run at once; null leaves it to the pool. */
    @Nullable Integer maxParallel();

    /** Once on each slot of the role. */
    record Parallel(@Nullable Integer maxParallel) implements FanOut {}

    /** Once for each item of a list, given as a template. */
    record ForEach(JsonNode items, @Nullable Integer maxParallel) implements FanOut {}
}
