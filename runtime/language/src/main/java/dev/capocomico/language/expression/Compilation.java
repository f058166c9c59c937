package dev.capocomico.language.expression;

import java.util.List;

/** What became of an expression's source. */
public sealed interface Compilation {
    record Compiled(CompiledExpression expression) implements Compilation {}

    /** At least one problem, by offset; offsets are inside the source of the expression. */
    record Rejected(List<ExpressionProblem> problems) implements Compilation {
        public Rejected {
            problems = List.copyOf(problems);
        }
    }
}
