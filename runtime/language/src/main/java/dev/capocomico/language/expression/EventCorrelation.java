package dev.capocomico.language.expression;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.expression.Correlation;
import dev.capocomico.model.expression.Scope;
import dev.capocomico.model.expression.Variable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds in a condition a part {@code event.x.y == value} that must hold for the whole to be true: it is the whole, or joined to the rest by
 * {@code &&} only. Of several, the one is taken whose value is most likely of this execution alone: its id, then something of an output or
 * of the input, then a constant; of equals the first.
 */
final class EventCorrelation {
    /** A longer value would be held for as long as the wait lasts, and hardly identifies anything. */
    private static final int VALUE_CHARS_MAX = 1_000;

    private static final Function EQUALS = known("_==_");
    private static final Function AT = known("_[_]");

    /** Where a value comes from, the most telling first. */
    private enum Source {
        EXECUTION_ID,
        EXECUTION,
        CONSTANT
    }

    private record Candidate(List<String> path, Node value, Source source) {}

    private EventCorrelation() {}

    static Optional<Correlation> of(Node condition, Scope scope) {
        List<Candidate> candidates = new ArrayList<>();
        collect(condition, candidates);
        return candidates.stream()
                .sorted(Comparator.comparing(Candidate::source))
                .flatMap(candidate ->
                        value(candidate.value(), scope).map(json -> new Correlation(candidate.path(), json)).stream())
                .findFirst();
    }

    private static Function known(String name) {
        Function function = Function.named(name);
        if (function == null) {
            throw new IllegalStateException("there is no function " + name);
        }
        return function;
    }

    private static void collect(Node node, List<Candidate> into) {
        if (node instanceof Node.Logic(boolean decidedBy, Node left, Node right) && !decidedBy) {
            collect(left, into);
            collect(right, into);
        } else if (node instanceof Node.Call(Function function, List<Node> sides) && function.equals(EQUALS)) {
            compare(sides.get(0), sides.get(1), into);
            compare(sides.get(1), sides.get(0), into);
        }
    }

    private static void compare(Node field, Node value, List<Candidate> into) {
        Optional<List<String>> path = pathIntoEvent(field);
        Optional<Source> source = source(value);
        if (path.isPresent() && source.isPresent()) {
            into.add(new Candidate(path.get(), value, source.get()));
        }
    }

    private static Optional<List<String>> pathIntoEvent(Node node) {
        List<String> path = new ArrayList<>();
        Node at = node;
        while (step(at) instanceof Step(Node of, String name)) {
            path.add(name);
            at = of;
        }
        return !path.isEmpty() && at instanceof Node.ReadVariable(Variable variable) && variable == Variable.EVENT
                ? Optional.of(path.reversed())
                : Optional.empty();
    }

    private static Optional<Source> source(Node value) {
        Node at = value;
        while (step(at) instanceof Step(Node of, String name)) {
            at = of;
        }
        if (at instanceof Node.Constant) {
            return Optional.of(Source.CONSTANT);
        }
        if (at instanceof Node.ReadExecutionId) {
            return Optional.of(Source.EXECUTION_ID);
        }
        boolean known = (at instanceof Node.ReadTask task && task.field() == TaskField.OUTPUT)
                || (at instanceof Node.ReadVariable read && read.variable() == Variable.INPUT);
        return known ? Optional.of(Source.EXECUTION) : Optional.empty();
    }

    /** {@code of.name}, which may be written {@code of["name"]} too. */
    private record Step(Node of, String name) {}

    private static @Nullable Step step(Node node) {
        if (node instanceof Node.Field(Node of, String name)) {
            return new Step(of, name);
        }
        return node instanceof Node.Call(Function function, List<Node> sides)
                        && function.equals(AT)
                        && sides.get(1) instanceof Node.Constant(Value key)
                        && key instanceof Value.Text(String name)
                ? new Step(sides.get(0), name)
                : null;
    }

    /** Empty when there is none now, and for what is not found by one text: null, lists, maps, times. */
    private static Optional<JsonNode> value(Node node, Scope scope) {
        Meter meter = new Meter();
        try {
            Value value = node.eval(new Frame(scope, meter, 0));
            boolean simple = value instanceof Value.Bool
                    || value instanceof Value.Int
                    || value instanceof Value.Real
                    || (value instanceof Value.Text(String text) && text.length() <= VALUE_CHARS_MAX);
            return simple ? Optional.of(JsonResult.of(value, meter)) : Optional.empty();
        } catch (EvaluationFailure | LimitReached none) {
            return Optional.empty();
        }
    }
}
