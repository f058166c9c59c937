package dev.capocomico.language.reading;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.language.grammar.StructureCheck;
import dev.capocomico.language.tree.Cursor;
import dev.capocomico.language.tree.Node;
import dev.capocomico.language.tree.Scalars;
import dev.capocomico.language.tree.Values;
import dev.capocomico.model.wire.Wired;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys of one mapping that are there and fit the grammar; a value that does not fit reads as if it were not there. */
record Fields(Cursor at, StructureCheck structure) {
    @Nullable Cursor get(String key) {
        Cursor child = at.at(key);
        return child == null || structure.isBad(child.node()) ? null : child;
    }

    @Nullable Fields fields(String key) {
        Cursor child = get(key);
        return child != null && child.node() instanceof Node.Mapping ? new Fields(child, structure) : null;
    }

    @Nullable String text(String key) {
        Node.Scalar scalar = scalar(key);
        return scalar == null ? null : scalar.text();
    }

    String text(String key, String otherwise) {
        String text = text(key);
        return text == null ? otherwise : text;
    }

    @Nullable Duration time(String key) {
        Node.Scalar scalar = scalar(key);
        return scalar == null ? null : Scalars.duration(scalar).orElse(null);
    }

    Duration time(String key, Duration otherwise) {
        Duration time = time(key);
        return time == null ? otherwise : time;
    }

    @Nullable BigDecimal decimal(String key) {
        Node.Scalar scalar = scalar(key);
        return scalar == null ? null : Scalars.number(scalar).orElse(null);
    }

    double decimal(String key, double otherwise) {
        BigDecimal decimal = decimal(key);
        return decimal == null ? otherwise : decimal.doubleValue();
    }

    @Nullable Long whole(String key) {
        BigDecimal decimal = decimal(key);
        return decimal == null ? null : decimal.longValue();
    }

    int whole(String key, int otherwise) {
        Long whole = whole(key);
        return whole == null ? otherwise : whole.intValue();
    }

    boolean bool(String key, boolean otherwise) {
        Node.Scalar scalar = scalar(key);
        return scalar == null ? otherwise : Scalars.bool(scalar).orElse(otherwise);
    }

    <E extends Enum<E> & Wired> @Nullable E choice(String key, Class<E> choices) {
        String word = text(key);
        return word == null ? null : Wired.find(choices, word).orElse(null);
    }

    <E extends Enum<E> & Wired> E choice(String key, Class<E> choices, E otherwise) {
        E choice = choice(key, choices);
        return choice == null ? otherwise : choice;
    }

    List<String> texts(String key) {
        Cursor list = get(key);
        return list == null
                ? List.of()
                : list.items()
                        .filter(item -> !structure.isBad(item.node()))
                        .map(item -> item.node() instanceof Node.Scalar scalar ? scalar.text() : "")
                        .toList();
    }

    @Nullable JsonNode json(String key) {
        Cursor child = get(key);
        return child == null ? null : Values.json(child.node());
    }

    ObjectNode object(String key) {
        return json(key) instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
    }

    private Node.@Nullable Scalar scalar(String key) {
        Cursor child = get(key);
        return child != null && child.node() instanceof Node.Scalar scalar ? scalar : null;
    }
}
