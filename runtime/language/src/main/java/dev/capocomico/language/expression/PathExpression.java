package dev.capocomico.language.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.capocomico.model.expression.Scope;
import dev.capocomico.model.expression.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An expression that only follows a path: {@code input.users[0].name}, {@code tasks["a-b"].output.x}, {@code item}. It
 * means what CEL says it means, and is parsed and followed without CEL because most expressions are of this kind.
 */
record PathExpression(Root root, List<Step> steps) {
    PathExpression {
        steps = List.copyOf(steps);
    }

    sealed interface Root {
        record OfVariable(Variable variable) implements Root {}

        record OfTask(String taskId, TaskField field, int end) implements Root {}

        record OfExecutionId() implements Root {}
    }

    sealed interface Step {
        record Key(String name) implements Step {}

        record Position(int index) implements Step {}
    }

    /** Empty for everything but a plain path; that is for CEL to parse, or to refuse. */
    static Optional<PathExpression> parse(String source) {
        return Optional.ofNullable(new Reader(source).path());
    }

    /** The value in the data itself, not a copy, and perhaps a reference to what is kept elsewhere. Throws an {@link EvaluationFailure} when the path leads nowhere. */
    JsonNode follow(Scope scope) {
        JsonNode at =
                switch (root) {
                    case Root.OfVariable of -> Node.Roots.variable(scope, of.variable());
                    case Root.OfTask of ->
                        switch (of.field()) {
                            case OUTPUT -> Node.Roots.taskOutput(scope, of.taskId());
                            case STATUS -> TextNode.valueOf(Node.Roots.taskStatus(scope, of.taskId()));
                        };
                    case Root.OfExecutionId id -> TextNode.valueOf(scope.executionId());
                };
        for (Step step : steps) {
            at = take(scope.open(at), step, scope);
        }
        return at;
    }

    private static JsonNode take(JsonNode from, Step step, Scope scope) {
        JsonNode next =
                switch (step) {
                    case Step.Key key -> from.isObject() ? from.get(key.name()) : null;
                    case Step.Position position -> from.isArray() ? from.get(position.index()) : null;
                };
        // Why there is nothing is for the same code to say that says it to CEL's expressions.
        return next != null ? next : failed(Value.of(from, scope), step);
    }

    private static JsonNode failed(Value from, Step step) {
        switch (step) {
            case Step.Key key -> Selection.at(from, new Value.Text(key.name()));
            case Step.Position position -> Selection.at(from, Value.Int.of(position.index()));
        }
        throw new IllegalStateException("a step of a path that leads nowhere leads somewhere");
    }

    private static final class Reader {
        private static final int INDEX_DIGITS_MAX = 9;

        private final String source;
        private final List<Step> steps = new ArrayList<>();
        private int at;

        Reader(String source) {
            this.source = source;
        }

        @Nullable PathExpression path() {
            String name = identifier();
            Root root = name == null ? null : root(name);
            if (root == null || !readSteps()) {
                return null;
            }
            // CEL refuses to select from what is known to be a scalar.
            return isScalar(root) && !steps.isEmpty() ? null : new PathExpression(root, steps);
        }

        private @Nullable Root root(String name) {
            if (name.equals(ExpressionLanguage.TASKS)) {
                return taskRoot();
            }
            if (name.equals(ExpressionLanguage.EXECUTION)) {
                return next() instanceof Step.Key key && key.name().equals("id") ? new Root.OfExecutionId() : null;
            }
            for (Variable variable : Variable.values()) {
                if (variable.identifier().equals(name)) {
                    return new Root.OfVariable(variable);
                }
            }
            return null;
        }

        private @Nullable Root taskRoot() {
            if (next() instanceof Step.Key id && next() instanceof Step.Key named) {
                for (TaskField field : TaskField.values()) {
                    if (field.identifier().equals(named.name())) {
                        return new Root.OfTask(id.name(), field, at);
                    }
                }
            }
            return null;
        }

        private boolean readSteps() {
            while (at < source.length()) {
                Step step = next();
                if (step == null || steps.size() == ExpressionLimits.EXPRESSION_DEPTH_MAX) {
                    return false;
                }
                steps.add(step);
            }
            return true;
        }

        private @Nullable Step next() {
            if (at >= source.length()) {
                return null;
            }
            char c = source.charAt(at++);
            if (c == '.') {
                String name = identifier();
                return name == null || ExpressionLanguage.KEYWORDS.contains(name) ? null : new Step.Key(name);
            }
            return c == '[' && at < source.length() ? bracketed() : null;
        }

        private @Nullable Step bracketed() {
            char c = source.charAt(at);
            int start = ExpressionText.isQuote(c) ? at + 1 : at;
            int end = ExpressionText.isQuote(c) ? source.indexOf(c, start) : source.indexOf(']', start);
            boolean closed = end >= 0 && source.startsWith("]", ExpressionText.isQuote(c) ? end + 1 : end);
            if (!closed) {
                return null;
            }
            String inside = source.substring(start, end);
            at = source.indexOf(']', end) + 1;
            return ExpressionText.isQuote(c) ? key(inside) : position(inside);
        }

        private static @Nullable Step key(String inside) {
            boolean plain = inside.chars().allMatch(c -> c >= ' ' && c != '\\');
            return plain ? new Step.Key(inside) : null;
        }

        private static @Nullable Step position(String inside) {
            boolean plain = !inside.isEmpty()
                    && inside.length() <= INDEX_DIGITS_MAX
                    && inside.chars().allMatch(c -> c >= '0' && c <= '9')
                    && (inside.length() == 1 || inside.charAt(0) != '0');
            return plain ? new Step.Position(Integer.parseInt(inside)) : null;
        }

        private @Nullable String identifier() {
            int start = at;
            at = ExpressionText.skipIdentifier(source, start);
            return at == start ? null : source.substring(start, at);
        }
    }

    private static boolean isScalar(Root root) {
        return switch (root) {
            case Root.OfVariable of -> isInt(of.variable());
            case Root.OfTask of -> of.field() == TaskField.STATUS;
            case Root.OfExecutionId id -> true;
        };
    }

    static boolean isInt(Variable variable) {
        return switch (variable) {
            case INDEX, ITERATION -> true;
            case INPUT, ITEM, EVENT, OUTPUT -> false;
        };
    }

    CompiledExpression compiled(String source) {
        Program program = new Program.FollowPath(this);
        return switch (root) {
            case Root.OfVariable of ->
                new CompiledExpression(
                        source,
                        List.of(new VariableUse(of.variable(), 0)),
                        List.of(),
                        isInt(of.variable()) ? ResultKind.INT : ResultKind.DYNAMIC,
                        program);
            case Root.OfTask of ->
                new CompiledExpression(
                        source,
                        List.of(),
                        List.of(new TaskUse(of.taskId(), of.field(), 0, of.end())),
                        of.field() == TaskField.STATUS ? ResultKind.STRING : ResultKind.DYNAMIC,
                        program);
            case Root.OfExecutionId id ->
                new CompiledExpression(source, List.of(), List.of(), ResultKind.STRING, program);
        };
    }
}
