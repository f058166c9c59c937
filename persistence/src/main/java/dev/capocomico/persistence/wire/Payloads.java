package dev.capocomico.persistence.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.engine.store.StoredValues;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes large values apart and puts them together. Within a value, what is large by itself is a payload of its own, and the value around
 * it refers to it: an output that is handed on inside another is kept once. A reference is the SHA-256 of the payload's bytes. For one
 * thread.
 */
public final class Payloads {
    private final Map<BinaryNode, byte[]> bytes = new LinkedHashMap<>();

    /** What is left of the value when all that is large has been put aside. */
    public JsonNode slim(JsonNode value) {
        if (!StoredValues.isLarge(value)) {
            return value;
        }
        JsonNode slim = slimInside(value);
        return StoredValues.isLarge(slim) ? putAside(slim) : slim;
    }

    private JsonNode slimInside(JsonNode value) {
        if (value instanceof ObjectNode object) {
            ObjectNode slim = object.objectNode();
            object.properties().forEach(field -> slim.set(field.getKey(), slim(field.getValue())));
            return slim;
        }
        if (value instanceof ArrayNode list) {
            ArrayNode slim = list.arrayNode(list.size());
            list.forEach(element -> slim.add(slim(element)));
            return slim;
        }
        return value;
    }

    private BinaryNode putAside(JsonNode value) {
        try {
            byte[] payload = Cbor.TREES.writeValueAsBytes(value);
            BinaryNode reference = BinaryNode.valueOf(digest(payload));
            bytes.put(reference, payload);
            return reference;
        } catch (IOException e) {
            throw new UncheckedIOException("a value cannot be written", e);
        }
    }

    /** What was put aside, by what refers to it. */
    public Map<BinaryNode, byte[]> bytes() {
        return bytes;
    }

    /** All that the values refer to. */
    public static void references(Collection<JsonNode> values, Set<BinaryNode> into) {
        for (JsonNode value : values) {
            if (value instanceof BinaryNode reference) {
                into.add(reference);
            } else if (value.isContainerNode()) {
                List<JsonNode> inside = new ArrayList<>(value.size());
                value.forEach(inside::add);
                references(inside, into);
            }
        }
    }

    /**
     * A payload as a value, which may hold references itself.
     *
     * @throws UnreadableStepException if the bytes are not those that were put aside under this reference
     */
    public static JsonNode read(BinaryNode reference, byte[] payload) {
        if (!BinaryNode.valueOf(digest(payload)).equals(reference)) {
            throw new UnreadableStepException("the payload " + reference.asText() + " is damaged", null);
        }
        try {
            return Cbor.TREES.readTree(payload);
        } catch (IOException e) {
            throw new UnreadableStepException("the payload " + reference.asText() + " is no value", e);
        }
    }

    /**
     * The value with all references replaced; values without any stay the same.
     *
     * @param known what is referred to; put together once, so that it is in memory once however often it is referred to
     */
    public static JsonNode whole(JsonNode value, Map<BinaryNode, JsonNode> known) {
        if (!StoredValues.holdsReference(value)) {
            return value;
        }
        if (value instanceof ObjectNode object) {
            ObjectNode whole = object.objectNode();
            object.properties().forEach(field -> whole.set(field.getKey(), whole(field.getValue(), known)));
            return whole;
        }
        if (value instanceof ArrayNode list) {
            ArrayNode whole = list.arrayNode(list.size());
            list.forEach(element -> whole.add(whole(element, known)));
            return whole;
        }
        JsonNode found = value instanceof BinaryNode ? known.get(value) : null;
        if (found == null) {
            throw new UnreadableStepException("something refers to what is not there: " + value.asText(), null);
        }
        JsonNode whole = whole(found, known);
        known.put((BinaryNode) value, whole);
        return whole;
    }

    private static byte[] digest(byte[] payload) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(payload);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
