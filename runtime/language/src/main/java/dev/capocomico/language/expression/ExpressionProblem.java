package dev.capocomico.language.expression;

import org.jspecify.annotations.Nullable;

/**
 * What is wrong with an expression or a template.
 *
 * @param offset where it starts inside the given string, in UTF-16 units from 0
 * @param length how much of the string it concerns; 0 at the end of the string
 * @param message one sentence without a full stop
 * @param hint what to do about it
 */
public record ExpressionProblem(
        Kind kind,
        int offset,
        int length,
        String message,
        @Nullable String hint) {
    public enum Kind {
        /** A <code>${</code> that is not closed, or holds nothing. */
        TEMPLATE_SYNTAX,
        /** Not CEL. */
        SYNTAX,
        /** CEL, but an operator or function is given what it cannot take. */
        TYPE,
        /** A name that does not exist. Whether a named task exists only the caller knows. */
        UNKNOWN_NAME,
        /** Longer or deeper than the limits of {@link ExpressionLimits}. */
        TOO_LONG
    }

    /** The same problem in a string in which the expression starts at the given offset. */
    public ExpressionProblem shiftedBy(int by) {
        return new ExpressionProblem(kind, offset + by, length, message, hint);
    }
}
