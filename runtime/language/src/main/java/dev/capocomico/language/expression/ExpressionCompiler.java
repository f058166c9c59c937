package dev.capocomico.language.expression;

import java.util.Optional;
import java.util.function.Predicate;

public final class ExpressionCompiler {
    public Compilation compile(String source) {
        return new Compilation.Compiled(new CompiledExpression());
    }

    public static Optional<ExpressionProblem> quotedIdAdvice(String source, Predicate<String> isTask) {
        return Optional.empty();
    }
}
