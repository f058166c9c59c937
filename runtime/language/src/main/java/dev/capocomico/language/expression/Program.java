package dev.capocomico.language.expression;

/** What a compiled expression does. */
sealed interface Program {
    /** It only follows a path, which needs no budget: its source is short and each step is a look-up. */
    record FollowPath(PathExpression path) implements Program {}

    /** Anything else; the macros in it use so many local variables. */
    record Evaluate(Node root, int slots) implements Program {}
}
