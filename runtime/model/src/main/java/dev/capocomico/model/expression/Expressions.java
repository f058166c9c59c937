package dev.capocomico.model.expression;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * Evaluates templates: JSON values in whose strings {@code ${…}} stands for the value of an expression.
 *
 * <p>Deterministic and bounded: the same template and the same scope give the same result, and an expression that would
 * take too many steps or too much memory fails. An implementation may cache what it compiled.
 */
public interface Expressions {
    Evaluation evaluate(JsonNode template, Scope scope);

    /**
     * A field of the variable {@code event} that has to be equal to a value for the condition to be true. The value is taken from what does
     * not change while a task waits: constants, the input and the id of the execution, and outputs of tasks that have ended.
     *
     * @return empty when the condition asks for no such thing, or in a way that is not recognised
     */
    default Optional<Correlation> correlation(String condition, Scope scope) {
        return Optional.empty();
    }

    /** The value of a template, or why it has none. */
    sealed interface Evaluation {
        record Value(JsonNode json) implements Evaluation {}

        /** A sentence for a person, which names the expression. */
        record Failed(String reason) implements Evaluation {}
    }
}
