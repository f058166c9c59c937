package dev.capocomico.language.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.capocomico.language.expression.Compilation.Compiled;
import dev.capocomico.language.expression.Compilation.Rejected;
import dev.capocomico.language.expression.StringTemplate.Parsed;
import dev.capocomico.language.expression.StringTemplate.Part;
import dev.capocomico.model.expression.Expressions;
import dev.capocomico.model.expression.Scope;

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

    private final ExpressionCompiler compiler;

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
                    : "${" + ExpressionText.excerpt(current, EXPRESSION_SHOWN_CHARS_MAX) + "} has no value: "
                            + sentence;
        }

        JsonNode fill(JsonNode node, int depth) {
            if (depth > ExpressionLimits.VALUE_DEPTH_MAX) {
                current = "";
                throw new LimitReached("it is nested more than " + ExpressionLimits.VALUE_DEPTH_MAX + " deep");
            }
            if (node.isTextual()) {
                return node.textValue().contains(OPENING) ? fillText(node, depth) : node;
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

        private JsonNode fillText(JsonNode node, int depth) {
            StringTemplate template =
                    switch (StringTemplate.parse(node.textValue())) {
                        case Parsed.Ok(StringTemplate ok) -> ok;
                        case Parsed.Bad(ExpressionProblem problem) -> {
                            current = "";
                            throw new EvaluationFailure(problem.message());
                        }
                    };
            if (template.isSingleExpression() && template.parts().getFirst() instanceof Part.Expression expression) {
                return value(expression.source(), depth == 0);
            }
            return TextNode.valueOf(text(template));
        }

        private String text(StringTemplate template) {
            StringBuilder text = new StringBuilder();
            for (Part part : template.parts()) {
                switch (part) {
                    case Part.Text(String literal) -> append(text, literal);
                    case Part.Expression(String source, int offset) -> {
                        JsonNode value = value(source, false);
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
        private JsonNode value(String source, boolean alone) {
            current = source;
            return switch (compiler.compile(source)) {
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
