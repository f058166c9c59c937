package dev.capocomico.model.execution;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.capocomico.model.expression.Expressions;
import dev.capocomico.model.expression.Scope;
import dev.capocomico.model.expression.Variable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * As much of an expression language as these tests need: JSON literals, paths from what the scope has, one comparison. A path
 * through a null has no value, and what it does not understand has none either.
 */
final class TinyExpressions implements Expressions {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern EXPRESSION = Pattern.compile("\\$\\{([^}]*)}");
    private static final Pattern COMPARISON = Pattern.compile("(.+?)\\s*(==|!=|>=|<)\\s*(.+)");

    private static final class NoValue extends RuntimeException {
        NoValue(String message) {
            super(message);
        }
    }

    @Override
    public Evaluation evaluate(JsonNode template, Scope scope) {
        try {
            return new Evaluation.Value(value(template, scope));
        } catch (NoValue e) {
            return new Evaluation.Failed(String.valueOf(e.getMessage()));
        }
    }

    private static JsonNode value(JsonNode template, Scope scope) {
        if (template instanceof ObjectNode object) {
            ObjectNode values = JsonNodeFactory.instance.objectNode();
            object.properties().forEach(entry -> values.set(entry.getKey(), value(entry.getValue(), scope)));
            return values;
        }
        if (template instanceof ArrayNode array) {
            ArrayNode values = JsonNodeFactory.instance.arrayNode();
            array.forEach(element -> values.add(value(element, scope)));
            return values;
        }
        return template.isTextual() ? text(template.textValue(), scope) : template;
    }

    private static JsonNode text(String text, Scope scope) {
        Matcher matcher = EXPRESSION.matcher(text);
        if (matcher.matches()) {
            return expression(matcher.group(1).strip(), scope);
        }
        StringBuilder whole = new StringBuilder();
        matcher.reset();
        while (matcher.find()) {
            String part =
                    scope.whole(expression(matcher.group(1).strip(), scope)).asText();
            matcher.appendReplacement(whole, Matcher.quoteReplacement(part));
        }
        return TextNode.valueOf(matcher.appendTail(whole).toString());
    }

    private static JsonNode expression(String expression, Scope scope) {
        Matcher comparison = COMPARISON.matcher(expression);
        if (!comparison.matches()) {
            return operand(expression, scope);
        }
        JsonNode left = scope.whole(operand(comparison.group(1), scope));
        JsonNode right = scope.whole(operand(comparison.group(3), scope));
        return BooleanNode.valueOf(
                switch (comparison.group(2)) {
                    case "==" -> left.equals(right);
                    case "!=" -> !left.equals(right);
                    case ">=" -> left.asDouble() >= right.asDouble();
                    default -> left.asDouble() < right.asDouble();
                });
    }

    private static JsonNode operand(String text, Scope scope) {
        Iterator<String> steps = Arrays.asList(text.split("\\.", -1)).iterator();
        String root = steps.next();
        JsonNode value =
                switch (root) {
                    case "tasks" -> task(steps.next(), steps.next(), scope);
                    case "execution" ->
                        TextNode.valueOf(scope.executionId() + steps.next().substring(2));
                    default -> variable(root, scope);
                };
        if (value == null) {
            return literal(text);
        }
        while (steps.hasNext()) {
            String step = steps.next();
            JsonNode below = scope.open(value).get(step);
            if (below == null) {
                throw new NoValue(text + ": there is no " + step);
            }
            value = below;
        }
        return value;
    }

    private static JsonNode task(String id, String field, Scope scope) {
        JsonNode output = scope.taskOutput(id);
        String status = scope.taskStatus(id);
        if (output == null || status == null) {
            throw new NoValue("there is no task " + id);
        }
        return field.equals("status") ? TextNode.valueOf(status) : output;
    }

    private static @Nullable JsonNode variable(String name, Scope scope) {
        for (Variable variable : List.of(Variable.values())) {
            if (variable.identifier().equals(name)) {
                JsonNode value = scope.variable(variable);
                if (value == null) {
                    throw new NoValue("there is no " + name + " here");
                }
                return value;
            }
        }
        return null;
    }

    private static JsonNode literal(String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new NoValue(text + " is no expression");
        }
    }
}
