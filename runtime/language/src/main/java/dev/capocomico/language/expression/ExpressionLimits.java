package dev.capocomico.language.expression;

/** The bounds of expressions. What exceeds one is refused with a sentence that names it. */
public final class ExpressionLimits {
    /** Of the source of one expression, in UTF-8. */
    public static final int EXPRESSION_BYTES_MAX = 4 * 1024;

    /** Nesting of brackets and calls, and length of a chain of operators or selections, in one expression. */
    public static final int EXPRESSION_DEPTH_MAX = 100;

    /** Rounds of {@code map}, {@code filter}, {@code all} and so on together, nested ones multiplied, per evaluation. */
    public static final int ITERATIONS_MAX = 500_000;

    /**
     * Work per evaluation. A step is the evaluation of one operator, name or literal, the comparison of one value with
     * another, or the reading of {@link #CHARS_PER_STEP} characters.
     */
    public static final int STEPS_MAX = 2_000_000;

    public static final int CHARS_PER_STEP = 64;

    /** Memory that an evaluation may ask for in all, garbage included: texts, lists and maps that it makes. */
    public static final int MEMORY_BYTES_MAX = 32 * 1024 * 1024;

    /** Of the JSON that all expressions of one template yield together. */
    public static final int RESULT_BYTES_MAX = 8 * 1024 * 1024;

    /** Of the text of a regular expression. */
    public static final int REGEX_CHARS_MAX = 512;

    /** Instructions of a regular expression, with its counted repetitions written out. */
    public static final int REGEX_PROGRAM_MAX = 2_000;

    /** Nesting of templates and of values that are compared or returned. */
    public static final int VALUE_DEPTH_MAX = 500;

    /** Problems reported for one expression. */
    static final int PROBLEMS_MAX = 10;

    private ExpressionLimits() {}
}
