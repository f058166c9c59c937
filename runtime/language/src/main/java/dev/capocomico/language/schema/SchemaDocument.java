package dev.capocomico.language.schema;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A whole schema, and what its references mean. Thread-safe. */
final class SchemaDocument {
    private final JsonNode root;
    private final Subschema whole;

    /** Each place that a reference leads to is taken to pieces once, also by a schema that refers to itself. */
    private final Map<String, Subschema> places = new ConcurrentHashMap<>();

    private volatile @Nullable Map<String, JsonNode> anchors;

    SchemaDocument(JsonNode root) {
        this.root = root;
        this.whole = new Subschema(this, root);
    }

    Subschema whole() {
        return whole;
    }

    /** What a reference leads to; null when it leads nowhere in this schema. */
    @Nullable Subschema follow(String reference) {
        if (reference.equals("#")) {
            return whole;
        }
        Subschema known = places.get(reference);
        if (known != null) {
            return known;
        }
        JsonNode target = target(reference);
        if (target == null) {
            return null;
        }
        Subschema made = new Subschema(this, target);
        Subschema there = places.putIfAbsent(reference, made);
        return there == null ? made : there;
    }

    /** The value that a reference leads to. */
    @Nullable JsonNode target(String reference) {
        if (!reference.startsWith("#")) {
            return null;
        }
        String fragment = decoded(reference.substring(1));
        if (fragment == null) {
            return null;
        }
        if (!fragment.isEmpty() && !fragment.startsWith("/")) {
            return anchors().get(fragment);
        }
        JsonNode target = root.at(JsonPointer.compile(fragment));
        return target.isMissingNode() ? null : target;
    }

    private static @Nullable String decoded(String fragment) {
        try {
            // The decoder is one of forms, where a plus is a blank.
            return fragment.indexOf('%') < 0
                    ? fragment
                    : URLDecoder.decode(fragment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private Map<String, JsonNode> anchors() {
        Map<String, JsonNode> known = anchors;
        if (known == null) {
            known = new ConcurrentHashMap<>();
            gather(root, known);
            anchors = known;
        }
        return known;
    }

    private static void gather(JsonNode node, Map<String, JsonNode> anchors) {
        for (String keyword : new String[] {"$anchor", "$dynamicAnchor"}) {
            String name = node.path(keyword).textValue();
            if (name != null) {
                anchors.putIfAbsent(name, node);
            }
        }
        node.forEach(child -> gather(child, anchors));
    }
}
