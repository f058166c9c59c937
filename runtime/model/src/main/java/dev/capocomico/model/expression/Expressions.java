package dev.capocomico.model.expression;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Evaluates templates: JSON values in whose strings {@code ${…}} stands for the value of an expression.
 *
 * <p>Deterministic and bounded: the same template and the same scope give the same result, and an expression that would
 * take too many steps or too much memory fails. An implementation may cache what it compiled.
 */
public interface Expressions {
    Evaluation evaluate(JsonNode template, Scope scope);

    /** The value of a template, or why it has none. */
    sealed interface Evaluation {
        record Value(JsonNode json) implements Evaluation {}

        /** A sentence for a person, which names the expression. */
        record Failed(String reason) implements Evaluation {}
    }
}
