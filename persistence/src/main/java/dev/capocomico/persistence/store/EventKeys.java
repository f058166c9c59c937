package dev.capocomico.persistence.store;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.expression.Correlation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The numbers by which events and those who wait for them find each other: eight bytes of a digest of tenant, topic, the path to a field,
 * and its value. Values that are equal for an expression have one number. Others may have it by chance, so whoever is found still looks.
 * The numbers are stored: what they are made of must not change.
 */
final class EventKeys {
    /** An event with more fields that have a value is found by its topic only. */
    static final int FIELDS_MAX = 64;

    /** Fields that lie deeper have no number, and nobody waits for them by one. */
    static final int DEPTH_MAX = 4;

    private final String tenant;
    private final String topic;
    private final Set<Long> keys = new TreeSet<>();

    private EventKeys(String tenant, String topic) {
        this.tenant = tenant;
        this.topic = topic;
    }

    /**
     * Those of an event, each once; null when there are too many.
     *
     * @param event as it is stored: values are told apart as those will see them who read it
     */
    static Long @Nullable [] of(String tenant, String topic, String event) {
        EventKeys all = new EventKeys(tenant, topic);
        try (JsonParser in = StoredJson.MAPPER.createParser(event)) {
            boolean few = in.nextToken() != JsonToken.START_OBJECT || all.collect(in, new ArrayDeque<>());
            return few ? all.keys.toArray(Long[]::new) : null;
        } catch (IOException e) {
            throw new UncheckedIOException("an event that was accepted is no JSON", e);
        }
    }

    /** What events have for which the correlation holds; null when it looks too deep. */
    static @Nullable Long of(String tenant, String topic, @Nullable Correlation correlation) {
        if (correlation == null || correlation.path().size() > DEPTH_MAX) {
            return null;
        }
        String value = value(correlation.value());
        return value == null ? null : new EventKeys(tenant, topic).key(new ArrayDeque<>(correlation.path()), value);
    }

    /** Inside an object. False when there are too many fields. */
    private boolean collect(JsonParser in, Deque<String> path) throws IOException {
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            path.addLast(in.currentName());
            boolean room = field(in, path);
            path.removeLast();
            if (!room) {
                return false;
            }
        }
        return true;
    }

    private boolean field(JsonParser in, Deque<String> path) throws IOException {
        JsonToken token = in.nextToken();
        if (token == JsonToken.START_OBJECT && path.size() < DEPTH_MAX) {
            return collect(in, path);
        }
        if (token.isStructStart()) {
            in.skipChildren();
            return true;
        }
        String value = value(StoredJson.MAPPER.<JsonNode>readTree(in));
        if (value != null) {
            keys.add(key(path, value));
        }
        return keys.size() <= FIELDS_MAX;
    }

    /** One text for all values that are equal to it; null for what is no string, number or truth. */
    private static @Nullable String value(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> "s" + node.textValue();
            case BOOLEAN -> "b" + node.booleanValue();
            case NUMBER -> "n" + number(node);
            case ARRAY, BINARY, MISSING, NULL, OBJECT, POJO -> null;
        };
    }

    /** Expressions know whole numbers of 64 bits and binary fractions, and compare them by what they are worth. */
    private static String number(JsonNode node) {
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return Long.toString(node.longValue());
        }
        double value = node.doubleValue();
        boolean whole = value == Math.rint(value) && value >= -0x1p63 && value < 0x1p63;
        return whole ? Long.toString((long) value) : Double.toString(value);
    }

    private long key(Deque<String> path, String value) {
        MessageDigest digest = sha256();
        add(digest, tenant);
        add(digest, topic);
        digest.update((byte) path.size());
        path.forEach(name -> add(digest, name));
        add(digest, value);
        return ByteBuffer.wrap(digest.digest()).getLong();
    }

    /** With its length, so that no two lists of texts look alike. */
    private static void add(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
