package dev.capocomico.engine.store;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a value may look like in a row. A reference is a byte string, which is the digest of what is kept elsewhere: no JSON has byte
 * strings, so it cannot be taken for a value, nor a value for it.
 */
public final class StoredValues {
    /** What is larger, roughly measured, is kept beside its row. */
    public static final int SIZE_MAX = 16 * 1024;

    private StoredValues() {}

    /** Looks at no more than it takes to know. */
    public static boolean isLarge(JsonNode value) {
        return left(value, SIZE_MAX) < 0;
    }

    /** How much of the allowance is left; once it is used up, nothing further is looked at. */
    private static int left(JsonNode value, int allowance) {
        int left = allowance - ownSize(value);
        if (value.isObject()) {
            for (var field : value.properties()) {
                if (left < 0) {
                    return left;
                }
                left = left(field.getValue(), left - field.getKey().length());
            }
        } else if (value.isArray()) {
            for (JsonNode element : value) {
                if (left < 0) {
                    return left;
                }
                left = left(element, left);
            }
        }
        return left;
    }

    private static int ownSize(JsonNode value) {
        if (value.isTextual()) {
            return 2 + value.textValue().length();
        }
        if (value.isBigInteger() || value.isBigDecimal()) {
            return 2 + value.asText().length();
        }
        return value.isNumber() ? 5 : 1;
    }

    /** Whether something in it is kept elsewhere. */
    public static boolean holdsReference(JsonNode value) {
        if (value.isBinary()) {
            return true;
        }
        for (JsonNode inside : value) {
            if (holdsReference(inside)) {
                return true;
            }
        }
        return false;
    }
}
