package dev.capocomico.language.expression;

import org.jspecify.annotations.Nullable;

public record ExpressionProblem(
        Kind kind,
        int offset,
        int length,
        String message,
        @Nullable String hint) {
    public enum Kind {
        TEMPLATE_SYNTAX,
        SYNTAX,
        TYPE,
        UNKNOWN_NAME,
        TOO_LONG
    }
}
