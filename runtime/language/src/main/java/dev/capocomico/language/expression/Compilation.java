package dev.capocomico.language.expression;

import java.util.List;

public sealed interface Compilation {
    record Compiled(CompiledExpression expression) implements Compilation {}

    record Rejected(List<ExpressionProblem> problems) implements Compilation {}
}
