package dev.capocomico.language.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds references that lead back to where they stand without a step into the value: a schema that says {@code #} is itself says
 * nothing, and asks for ever. One that leads back through a property or an item is fine, because values end. Each schema is looked
 * at once, and without recursion, however the references are strung together.
 */
final class Circles {
    private static final List<String> REFERENCES = List.of("$ref", "$dynamicRef");
    private static final List<String> ONE = List.of("not", "if", "then", "else");
    private static final List<String> LIST = List.of("allOf", "anyOf", "oneOf");

    private final JsonNode root;
    private final Set<String> seen = new HashSet<>();

    Circles(JsonNode root) {
        this.root = root;
    }

    /** A schema that is looked at, and those of its neighbours that have not been yet. */
    private record Step(String pointer, Iterator<String> next) {}

    /** Where a reference stands that closes a circle which can be reached from this schema and was not found before. */
    Optional<String> from(String pointer) {
        Deque<Step> way = new ArrayDeque<>();
        Set<String> onTheWay = new HashSet<>();
        if (seen.add(pointer)) {
            way.push(step(pointer));
            onTheWay.add(pointer);
        }
        while (!way.isEmpty()) {
            Step here = way.peek();
            if (!here.next().hasNext()) {
                way.pop();
                onTheWay.remove(here.pointer());
                continue;
            }
            String next = here.next().next();
            if (onTheWay.contains(next)) {
                return Optional.of(lastReference(way));
            }
            if (seen.add(next)) {
                way.push(step(next));
                onTheWay.add(next);
            }
        }
        return Optional.empty();
    }

    /** There is one: without it each step would lead further down. */
    private String lastReference(Deque<Step> way) {
        for (Step step : way) {
            for (String keyword : REFERENCES) {
                if (root.at(step.pointer()).path(keyword).isTextual()) {
                    return step.pointer() + "/" + keyword;
                }
            }
        }
        throw new IllegalStateException("a circle without a reference");
    }

    private Step step(String pointer) {
        return new Step(pointer, besides(root.at(pointer), pointer).iterator());
    }

    /** The schemas that this one holds the same value against. */
    private static List<String> besides(JsonNode schema, String pointer) {
        List<String> next = new ArrayList<>();
        for (String keyword : REFERENCES) {
            String reference = schema.path(keyword).asText();
            if (JsonSchemas.PLAIN_POINTER.matcher(reference).matches()) {
                next.add(reference.substring(1));
            }
        }
        ONE.stream().filter(schema::has).forEach(keyword -> next.add(pointer + "/" + keyword));
        for (String keyword : LIST) {
            for (int i = 0; i < schema.path(keyword).size(); i++) {
                next.add(pointer + "/" + keyword + "/" + i);
            }
        }
        for (var entry : schema.path("dependentSchemas").properties()) {
            next.add(pointer + "/dependentSchemas/" + JsonSchemas.escaped(entry.getKey()));
        }
        return next;
    }
}
