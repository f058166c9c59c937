package dev.capocomico.language.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.capocomico.language.expression.Compilation.Compiled;
import dev.capocomico.language.expression.Compilation.Rejected;
import dev.capocomico.model.expression.Correlation;
import dev.capocomico.model.expression.Expressions;
import dev.capocomico.model.expression.Scope;
import java.util.List;
import java.util.Optional;

/**
 * Evaluates templates with CEL.
 *
 * <p>Every string in the template is looked at, however deep, keys of objects not. A string that is one expression becomes
 * the expression's value with its type; text around expressions makes it a string, in which strings stand as they are and
 * other values as JSON, null as {@code null}. Parts of the template and of the data are passed on, not copied, so neither
 * may be changed afterwards.
 *
 * <p>All expressions of one template share one budget ({@link ExpressionLimits}). Never throws: what has no value, is no
 * expression, or is over the budget is {@link Evaluation.Failed}. Thread-safe.
 */
public final class CelExpressions implements Expressions {
    private static final int EXPRESSION_SHOWN_CHARS_MAX = 120;
    private static final String OPENING = "${";

    /** Strings are remembered as the definition has them, and looked up by its own instances, whose hash is known. */
    private static final int REMEMBERED_MAX = 4_000;

    /** Longer ones are prepared each time, so that little memory goes into remembering. */
    private static final int REMEMBERED_CHARS_MAX = 1_000;

    private final ExpressionCompiler compiler;
    private final TwoGenerations<String, PreparedText> texts = new TwoGenerations<>(REMEMBERED_MAX);

    public CelExpressions() {
        this(new ExpressionCompiler());
    }

    /** Shares what the compiler remembers. */
    public CelExpressions(ExpressionCompiler compiler) {
        this.compiler = compiler;
    }

    @Override
    public Evaluation evaluate(JsonNode template, Scope scope) {
        Filling filling = new Filling(scope);
        try {
            return new Evaluation.Value(filling.fill(template, 0));
        } catch (EvaluationFailure failure) {
            return new Evaluation.Failed(filling.reason(failure.sentence()));
        } catch (LimitReached limit) {
            return new Evaluation.Failed(filling.reason(limit.sentence()));
        }
    }

    @Override
    public Optional<Correlation> correlation(String condition, Scope scope) {
        return prepared(condition) instanceof PreparedText.Lone(PreparedText.Slot slot)
                        && slot.compilation() instanceof Compiled(CompiledExpression expression)
                        && expression.program() instanceof Program.Evaluate(Node root, int slots)
                ? EventCorrelation.of(root, scope)
                : Optional.empty();
    }

    PreparedText prepared(String string) {
        return string.length() > REMEMBERED_CHARS_MAX
                ? PreparedText.of(string, compiler)
                : texts.get(string, unknown -> PreparedText.of(unknown, compiler));
    }

    int remembered() {
        return texts.size();
    }

    /** One template being filled in from one scope. */
    @SuppressWarnings("ReferenceEquality") // what comes back as the same node had nothing to fill in
    private final class Filling {
        private final Scope scope;
        private final Meter meter = new Meter();
        private String current = "";

        Filling(Scope scope) {
            this.scope = scope;
        }

        String reason(String sentence) {
            return current.isEmpty()
                    ? "the template cannot be filled in: " + sentence
                    : "${" + ExpressionText.excerpt(current, EXPRESSION_SHOWN_CHARS_MAX) + "}: " + sentence;
        }

        JsonNode fill(JsonNode node, int depth) {
            if (depth > ExpressionLimits.VALUE_DEPTH_MAX) {
                current = "";
                throw new LimitReached("it is nested more than " + ExpressionLimits.VALUE_DEPTH_MAX + " deep");
            }
            if (node.isTextual()) {
                String string = node.textValue();
                return string.contains(OPENING) ? fillText(string, depth) : node;
            }
            if (node instanceof ObjectNode object) {
                return fillObject(object, depth);
            }
            return node instanceof ArrayNode array ? fillArray(array, depth) : node;
        }

        private JsonNode fillObject(ObjectNode object, int depth) {
            ObjectNode filled = null;
            for (var field : object.properties()) {
                JsonNode value = fill(field.getValue(), depth + 1);
                if (value != field.getValue()) {
                    if (filled == null) {
                        filled = JsonNodeFactory.instance.objectNode().setAll(object);
                    }
                    filled.set(field.getKey(), value);
                }
            }
            return filled == null ? object : filled;
        }

        private JsonNode fillArray(ArrayNode array, int depth) {
            ArrayNode filled = null;
            for (int i = 0; i < array.size(); i++) {
                JsonNode value = fill(array.get(i), depth + 1);
                if (value != array.get(i)) {
                    if (filled == null) {
                        filled =
                                JsonNodeFactory.instance.arrayNode(array.size()).addAll(array);
                    }
                    filled.set(i, value);
                }
            }
            return filled == null ? array : filled;
        }

        private JsonNode fillText(String string, int depth) {
            return switch (prepared(string)) {
                case PreparedText.Lone(PreparedText.Slot slot) -> value(slot, depth == 0);
                case PreparedText.Mixed(var pieces) -> TextNode.valueOf(text(pieces));
                case PreparedText.Broken(ExpressionProblem problem) -> {
                    current = "";
                    throw new EvaluationFailure(problem.message());
                }
            };
        }

        private String text(List<PreparedText.Piece> pieces) {
            StringBuilder text = new StringBuilder();
            for (PreparedText.Piece piece : pieces) {
                switch (piece) {
                    case PreparedText.Literal(String literal) -> append(text, literal);
                    case PreparedText.Slot slot -> {
                        JsonNode value = scope.whole(value(slot, false));
                        append(text, value.isTextual() ? value.textValue() : value.toString());
                    }
                }
            }
            return text.toString();
        }

        private void append(StringBuilder text, String more) {
            meter.allocateText(more.length());
            text.append(more);
        }

        /** A lone path hands on what lies in the data, whose size was bounded when it came in. */
        private JsonNode value(PreparedText.Slot slot, boolean alone) {
            current = slot.source();
            return switch (slot.compilation()) {
                case Compiled(CompiledExpression expression) -> value(expression, alone);
                case Rejected(var problems) ->
                    throw new EvaluationFailure(problems.getFirst().message());
            };
        }

        private JsonNode value(CompiledExpression expression, boolean alone) {
            switch (expression.program()) {
                case Program.FollowPath(PathExpression path) -> {
                    JsonNode value = path.follow(scope);
                    if (!alone) {
                        JsonResult.measure(value, meter);
                    }
                    return value;
                }
                case Program.Evaluate(Node root, int slots) -> {
                    JsonNode value = JsonResult.of(root.eval(new Frame(scope, meter, slots)), meter);
                    JsonResult.measure(value, meter);
                    return value;
                }
            }
        }
    }
}
