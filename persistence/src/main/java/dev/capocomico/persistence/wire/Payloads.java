package dev.capocomico.persistence.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.engine.store.StoredValues;
import dev.capocomico.engine.store.ValueLostException;
import dev.capocomico.model.value.Measure;
import dev.capocomico.model.value.Reference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Takes large values apart and puts them together. Within a value, what is large by itself is a payload of its own, and the value around
 * it refers to it: an output that is handed on inside another is kept once. For one thread.
 */
public final class Payloads {
    private final Map<Reference, byte[]> bytes = new LinkedHashMap<>();

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
            Reference reference = Reference.of(digest(payload), Measure.size(value), Measure.depth(value));
            bytes.put(reference, payload);
            return reference.node();
        } catch (IOException e) {
            throw new UncheckedIOException("a value cannot be written", e);
        }
    }

    /** What was put aside, by what refers to it. */
    public Map<Reference, byte[]> bytes() {
        return bytes;
    }

    /** A payload as a value, which may hold references itself; a missing node if the bytes are not those that were put aside. */
    public static JsonNode read(Reference reference, byte[] payload) {
        if (!Arrays.equals(digest(payload), reference.digest())) {
            return MissingNode.getInstance();
        }
        try {
            return Cbor.TREES.readTree(payload);
        } catch (IOException | StackOverflowError e) {
            return MissingNode.getInstance();
        }
    }

    /** Adds all that a payload refers to, without making a value of it. */
    public static void references(byte[] payload, Collection<Reference> into) {
        try (JsonParser in = Cbor.FACTORY.createParser(payload)) {
            for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
                if (token == JsonToken.VALUE_EMBEDDED_OBJECT) {
                    into.add(Reference.of(BinaryNode.valueOf(in.getBinaryValue())));
                }
            }
        } catch (IOException | StackOverflowError e) {
            throw new ValueLostException("a large value is damaged: " + e.getMessage());
        }
    }

    /**
     * The value with all references replaced; values without any stay the same.
     *
     * @param known what is referred to; put together once, so that it is in memory once however often it is referred to
     * @throws ValueLostException if something is not among what is known
     */
    public static JsonNode whole(JsonNode value, Map<Reference, JsonNode> known) {
        if (!Reference.isIn(value)) {
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
        Reference reference = Reference.of(value);
        JsonNode found = known.get(reference);
        if (found == null || found.isMissingNode()) {
            throw new ValueLostException(
                    "a large value of %,d bytes is not there, or is damaged".formatted(reference.size()));
        }
        JsonNode whole = whole(found, known);
        known.put(reference, whole);
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
