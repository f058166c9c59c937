package dev.capocomico.model.value;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.ByteBuffer;
import java.util.Collection;

/**
 * Stands for a large value that is kept elsewhere. In a tree it is a byte string: no JSON has byte strings, so it cannot be taken for
 * a value, nor a value for it. It says how large the value is, so that nobody has to fetch a value to know that.
 *
 * <p>Two references to the same bytes are equal, whatever they know of them.
 *
 * @param first to {@code fourth}: the SHA-256 of the bytes that the value is kept as
 * @param size of the whole value, by {@link Measure#size}
 * @param depth of the whole value, by {@link Measure#depth}
 */
public record Reference(long first, long second, long third, long fourth, long size, int depth) {
    private static final int DIGEST_BYTES = 32;
    private static final int BYTES = DIGEST_BYTES + Long.BYTES + Integer.BYTES;

    /** Earlier programs wrote the digest alone. This much a value had at least that they put aside. */
    private static final long SIZE_AT_LEAST = 16 * 1024;

    /** Stands before the reference to a list of which the place wants a list. No list of JSON begins with it. */
    private static final BinaryNode LIST = BinaryNode.valueOf(new byte[0]);

    public static Reference of(byte[] digest, long size, int depth) {
        if (digest.length != DIGEST_BYTES) {
            throw new IllegalArgumentException("a digest has %d bytes, not %d".formatted(DIGEST_BYTES, digest.length));
        }
        ByteBuffer bytes = ByteBuffer.wrap(digest);
        return new Reference(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong(), size, depth);
    }

    /**
     * What a byte string in a tree says.
     *
     * @throws IllegalArgumentException if it is no reference
     */
    public static Reference of(JsonNode node) {
        byte[] held = ((BinaryNode) node).binaryValue();
        if (held.length != DIGEST_BYTES && held.length != BYTES) {
            throw new IllegalArgumentException("%d bytes are no reference to a value".formatted(held.length));
        }
        ByteBuffer bytes = ByteBuffer.wrap(held);
        return new Reference(
                bytes.getLong(),
                bytes.getLong(),
                bytes.getLong(),
                bytes.getLong(),
                held.length == BYTES ? bytes.getLong() : SIZE_AT_LEAST,
                held.length == BYTES ? bytes.getInt() : 1);
    }

    /** As it stands in a tree. */
    public BinaryNode node() {
        return BinaryNode.valueOf(
                digest(ByteBuffer.allocate(BYTES)).putLong(size).putInt(depth).array());
    }

    public byte[] digest() {
        return digest(ByteBuffer.allocate(DIGEST_BYTES)).array();
    }

    private ByteBuffer digest(ByteBuffer into) {
        return into.putLong(first).putLong(second).putLong(third).putLong(fourth);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Reference(long a, long b, long c, long d, long ofSize, int ofDepth)
                && first == a
                && second == b
                && third == c
                && fourth == d;
    }

    /** A part of a digest is as good a hash as any. */
    @Override
    public int hashCode() {
        return Long.hashCode(first);
    }

    /** Whether something in the value is kept elsewhere. */
    public static boolean isIn(JsonNode value) {
        if (value.isBinary()) {
            return true;
        }
        if (value.isContainerNode()) {
            for (JsonNode inside : value) {
                if (isIn(inside)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Adds all that the value refers to. */
    public static void collect(JsonNode value, Collection<Reference> into) {
        if (value.isBinary()) {
            if (!value.equals(LIST)) {
                into.add(of(value));
            }
        } else if (value.isContainerNode()) {
            value.forEach(inside -> collect(inside, into));
        }
    }

    /** For a place that wants a list: the list, or the reference to one in the form of a list. */
    public static ArrayNode asList(JsonNode listOrReference) {
        return listOrReference instanceof ArrayNode list
                ? list
                : JsonNodeFactory.instance.arrayNode().add(LIST).add(listOrReference);
    }

    /** What {@link #asList} was given. */
    public static JsonNode fromList(ArrayNode list) {
        return list.size() == 2 && list.get(0).equals(LIST) ? list.get(1) : list;
    }
}
