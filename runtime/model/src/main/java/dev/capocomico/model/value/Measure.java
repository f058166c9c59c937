package dev.capocomico.model.value;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * How large a value is, roughly: about the bytes that it takes as JSON in Latin letters. A value has the same size whether parts of it are
 * kept elsewhere or not, because a {@link Reference} says what it stands for.
 */
public final class Measure {
    private Measure() {}

    /** The whole of it, with what is kept elsewhere. */
    public static long size(JsonNode value) {
        if (value.isBinary()) {
            return Reference.of(value).size();
        }
        long size = own(value);
        if (value.isObject()) {
            for (Map.Entry<String, JsonNode> field : value.properties()) {
                size += field.getKey().length() + size(field.getValue());
            }
        } else if (value.isArray()) {
            for (JsonNode element : value) {
                size += size(element);
            }
        }
        return size;
    }

    /** Whether what is here of the value is larger than so much; looks at no more than it takes to know. What is kept elsewhere is not here. */
    public static boolean exceeds(JsonNode value, int most) {
        return left(value, most) < 0;
    }

    private static int left(JsonNode value, int allowance) {
        int left = allowance - own(value);
        if (value.isObject()) {
            for (Map.Entry<String, JsonNode> field : value.properties()) {
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

    private static int own(JsonNode value) {
        if (value.isTextual()) {
            return 2 + value.textValue().length();
        }
        if (value.isBigInteger() || value.isBigDecimal()) {
            return 2 + value.asText().length();
        }
        return value.isNumber() ? 5 : 1;
    }

    /** How many levels of lists and objects the whole of it has, with what is kept elsewhere; 0 for a text or a number. */
    public static int depth(JsonNode value) {
        if (value.isBinary()) {
            return Reference.of(value).depth();
        }
        if (!value.isContainerNode()) {
            return 0;
        }
        int deepest = 0;
        for (JsonNode inside : value) {
            deepest = Math.max(deepest, depth(inside));
        }
        return 1 + deepest;
    }
}
