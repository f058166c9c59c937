package dev.capocomico.language.tree;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.language.problem.ProblemCode;
import dev.capocomico.language.tree.Node.Scalar;
import dev.capocomico.language.tree.Node.ScalarKind;
import java.math.BigDecimal;

/** Nodes to JSON values, with numbers of the same kinds as Jackson makes when it reads JSON. */
public final class Values {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final BigDecimal INT_MIN = BigDecimal.valueOf(Integer.MIN_VALUE);
    private static final BigDecimal INT_MAX = BigDecimal.valueOf(Integer.MAX_VALUE);
    private static final BigDecimal LONG_MIN = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final BigDecimal LONG_MAX = BigDecimal.valueOf(Long.MAX_VALUE);

    private Values() {}

    /** Reports each number below a node that JSON cannot hold, and that {@link #json} would turn into null. */
    public static void reportLost(Node node, Path path, Problems problems) {
        switch (node) {
            case Scalar scalar ->
                Scalars.lost(scalar)
                        .ifPresent(hint ->
                                problems.add(ProblemCode.INVALID_VALUE, path, scalar.span(), Scalars.LOST, hint));
            case Node.Sequence sequence -> {
                int index = 0;
                for (Node item : sequence.items()) {
                    reportLost(item, path.then(index++), problems);
                }
            }
            case Node.Mapping mapping ->
                mapping.entries()
                        .forEach(entry ->
                                reportLost(entry.value(), path.then(entry.key().text()), problems));
        }
    }

    /** A number that JSON cannot hold becomes null; whoever reads the document reports it. */
    public static JsonNode json(Node node) {
        return switch (node) {
            case Scalar scalar -> json(scalar);
            case Node.Sequence sequence -> {
                ArrayNode array = JSON.arrayNode(sequence.items().size());
                sequence.items().forEach(item -> array.add(json(item)));
                yield array;
            }
            case Node.Mapping mapping -> {
                ObjectNode object = JSON.objectNode();
                mapping.entries().forEach(entry -> object.set(entry.key().text(), json(entry.value())));
                yield object;
            }
        };
    }

    private static JsonNode json(Scalar scalar) {
        return switch (scalar.type()) {
            case NULL -> JSON.nullNode();
            case BOOL -> JSON.booleanNode(Scalars.bool(scalar).orElseThrow());
            case STRING -> JSON.textNode(scalar.text());
            case INT, FLOAT ->
                Scalars.number(scalar)
                        .map(number -> number(number, scalar.type() == ScalarKind.INT))
                        .orElse(JSON.nullNode());
        };
    }

    private static JsonNode number(BigDecimal value, boolean whole) {
        if (!whole) {
            return JSON.numberNode(value.doubleValue());
        }
        if (value.compareTo(INT_MIN) >= 0 && value.compareTo(INT_MAX) <= 0) {
            return JSON.numberNode(value.intValueExact());
        }
        return value.compareTo(LONG_MIN) >= 0 && value.compareTo(LONG_MAX) <= 0
                ? JSON.numberNode(value.longValueExact())
                : JSON.numberNode(value.toBigIntegerExact());
    }
}
