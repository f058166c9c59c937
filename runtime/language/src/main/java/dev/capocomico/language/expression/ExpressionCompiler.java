package dev.capocomico.language.expression;

import dev.capocomico.language.expression.Compilation.Compiled;
import dev.capocomico.language.expression.Compilation.Rejected;
import dev.capocomico.language.expression.ExpressionProblem.Kind;
import dev.capocomico.language.work.Cancellation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * From the source of an expression to something that can be evaluated, or to what is wrong with it.
 *
 * <p>Every variable is declared in every expression: which of them has a value at a place, and which tasks exist, is for
 * the caller to check with {@link CompiledExpression#variables()} and {@link CompiledExpression#tasks()}. Never throws,
 * whatever the string. Thread-safe; remembers a bounded number of compilations by source.
 */
public final class ExpressionCompiler {
    private static final int CACHE_ENTRIES_MAX = 2_000;

    private final TwoGenerations<String, Compilation> compilations = new TwoGenerations<>(CACHE_ENTRIES_MAX);

    public Compilation compile(String source) {
        Cancellation.check();
        if (isTooLong(source)) {
            return new Rejected(List.of(new ExpressionProblem(
                    Kind.TOO_LONG,
                    0,
                    source.length(),
                    "the expression is longer than " + ExpressionLimits.EXPRESSION_BYTES_MAX + " bytes",
                    "leave the work to a task, or split it over several inputs")));
        }
        Optional<PathExpression> path = PathExpression.parse(source);
        return path.isPresent()
                ? new Compiled(path.get().compiled(source))
                : compilations.get(source, CelFrontEnd::compile);
    }

    /**
     * The same for a caller who knows the tasks: where {@link #quotedIdAdvice} explains why the expression is rejected, or
     * why it names a task that does not exist, the advice is the only problem.
     */
    public Compilation compile(String source, Predicate<String> isTask) {
        Compilation compilation = compile(source);
        boolean sound =
                switch (compilation) {
                    case Rejected rejected -> false;
                    case Compiled(CompiledExpression expression) ->
                        expression.tasks().stream().allMatch(use -> isTask.test(use.taskId()));
                };
        if (sound || isTooLong(source)) {
            return compilation;
        }
        Optional<ExpressionProblem> advice = quotedIdAdvice(source, isTask);
        return advice.<Compilation>map(problem -> new Rejected(List.of(problem)))
                .orElse(compilation);
    }

    /**
     * Finds {@code tasks.<id>} where the id of a known task is no plain identifier, so that CEL reads
     * {@code tasks.bowtie2-build.output} as a subtraction. Of several ids that fit the longest counts. Ask only about an
     * expression that was rejected or names an unknown task: {@code tasks.a-b} may also mean what it says.
     */
    public static Optional<ExpressionProblem> quotedIdAdvice(String source, Predicate<String> isTask) {
        return TaskIds.quotedIdAdvice(source, isTask);
    }

    private static boolean isTooLong(String source) {
        int most = ExpressionLimits.EXPRESSION_BYTES_MAX;
        // A UTF-16 unit takes at most three bytes of UTF-8, so that only long sources need to be counted.
        return source.length() > most
                || (source.length() > most / 3 && source.getBytes(StandardCharsets.UTF_8).length > most);
    }

    int remembered() {
        return compilations.size();
    }
}
