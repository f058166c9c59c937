package dev.capocomico.model.expression;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** What an expression can see at the place where it stands. */
public interface Scope {
    /**
     * The value of {@code input}, {@code item}, {@code index}, {@code event}, {@code output} or {@code iteration}; null
     * (not JSON null) where there is no such thing.
     */
    @Nullable JsonNode variable(Variable variable);

    /** The output of a task, JSON null while it has none; null when there is no such task. */
    @Nullable JsonNode taskOutput(String taskId);

    /** The status of a task by its name on the wire; null when there is no such task. */
    @Nullable String taskStatus(String taskId);

    String executionId();

    /**
     * The value itself, when it is one that is kept elsewhere and the place holds a reference to it; what is inside it may be kept elsewhere still.
     * Any other value is returned as it is.
     */
    JsonNode open(JsonNode held);

    /** The value with everything that is inside it. */
    JsonNode whole(JsonNode held);
}
