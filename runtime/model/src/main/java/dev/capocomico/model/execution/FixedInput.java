package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import org.jspecify.annotations.Nullable;

/**
 * Inputs of attempts that need no expression: the definition has them as they are, or they are that of the execution. They cannot change, so
 * nothing is written about them. All others are evaluated once, before the first attempt, and written.
 */
final class FixedInput {
    private static final String THAT_OF_THE_EXECUTION = "${input}";
    private static final String EXPRESSION = "${";

    private FixedInput() {}

    /** Null when an expression has to be evaluated. */
    static @Nullable JsonNode of(@Nullable JsonNode template, Fact.Started started) {
        if (template == null) {
            return NullNode.instance;
        }
        if (template.isTextual() && template.textValue().equals(THAT_OF_THE_EXECUTION)) {
            return started.input();
        }
        return hasExpression(template) ? null : template;
    }

    private static boolean hasExpression(JsonNode template) {
        if (template.isTextual()) {
            return template.textValue().contains(EXPRESSION);
        }
        if (template.isContainerNode()) {
            for (JsonNode inside : template) {
                if (hasExpression(inside)) {
                    return true;
                }
            }
        }
        return false;
    }
}
