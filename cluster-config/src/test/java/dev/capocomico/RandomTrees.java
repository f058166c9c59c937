package dev.capocomico;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.model.execution.ValueLimits;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.SplittableRandom;

/** Trees of JSON, many of them just within a limit of {@link ValueLimits} or just beyond it. */
final class RandomTrees {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** What is written as one, two, three, four and six bytes, what is escaped, and halves of characters. */
    private static final String[] LETTERS = {
        "x", "é", "☂", "𝄞", "\n", "\"", "\\", "\u0001", "\u0000", "\u2028", "\uFFFF", "\ud834", "\udd1e"
    };

    /** The last two of the letters are halves. */
    private static final int WHOLE_LETTERS = LETTERS.length - 2;

    private final SplittableRandom random;

    RandomTrees(long seed) {
        random = new SplittableRandom(seed);
    }

    /** The next one; every so many is a large one. */
    JsonNode next(int number) {
        if (number % 2_000 == 1_999) {
            return large(number / 2_000);
        }
        return switch (random.nextInt(6)) {
            case 0 -> deep();
            case 1 -> JSON.objectNode().set(key(), any(3));
            case 2 -> JSON.arrayNode().add(number());
            case 3 -> JSON.arrayNode().add(odd());
            default -> any(4);
        };
    }

    /** At the limits that take megabytes to reach. */
    private JsonNode large(int which) {
        int more = random.nextInt(3) - 1;
        return switch (which % 4) {
            case 0 -> JSON.arrayNode().add("x".repeat(ValueLimits.BYTES_MAX - 4 + more));
            case 1 -> {
                ArrayNode list = JSON.arrayNode();
                for (int i = 0; i < ValueLimits.ELEMENTS_MAX - 1 + more; i++) {
                    list.addObject();
                }
                yield list;
            }
            case 2 -> {
                ObjectNode object = JSON.objectNode();
                for (int i = 0; i < (ValueLimits.ELEMENTS_MAX - 1) / 2 + more; i++) {
                    object.put("k" + i, i);
                }
                yield object;
            }
            default -> {
                ArrayNode list = JSON.arrayNode();
                for (int i = 0; i < 700; i++) {
                    list.add(JSON.objectNode().put(letters(ValueLimits.KEY_CHARACTERS_MAX / 2, 4), i));
                }
                yield list;
            }
        };
    }

    private JsonNode deep() {
        int depth = ValueLimits.NESTING_MAX - 1 + random.nextInt(3);
        JsonNode value = scalar();
        for (int i = 0; i < depth; i++) {
            value = random.nextBoolean()
                    ? JSON.arrayNode().add(value)
                    : JSON.objectNode().set("d", value);
        }
        return value;
    }

    private JsonNode any(int depth) {
        int kind = depth == 0 ? 9 : random.nextInt(10);
        if (kind < 3) {
            ArrayNode list = JSON.arrayNode();
            for (int i = random.nextInt(4); i > 0; i--) {
                list.add(any(depth - 1));
            }
            return list;
        }
        if (kind < 6) {
            ObjectNode object = JSON.objectNode();
            for (int i = random.nextInt(4); i > 0; i--) {
                object.set(letters(random.nextInt(8), WHOLE_LETTERS), any(depth - 1));
            }
            return object;
        }
        return scalar();
    }

    private JsonNode scalar() {
        return switch (random.nextInt(5)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.booleanNode(random.nextBoolean());
            case 2 -> number();
            // Around the length from which a text is kept beside its row.
            case 3 ->
                JSON.textNode(letters(random.nextInt(10) == 0 ? 5_000 + random.nextInt(20_000) : 5, WHOLE_LETTERS));
            default -> JSON.textNode(letters(random.nextInt(12), WHOLE_LETTERS));
        };
    }

    private JsonNode number() {
        return switch (random.nextInt(9)) {
            case 0 -> JSON.numberNode(random.nextInt());
            case 1 -> JSON.numberNode(random.nextLong());
            case 2 -> JSON.numberNode(Double.longBitsToDouble(random.nextLong()));
            case 3 -> JSON.numberNode(BigInteger.TEN.pow(ValueLimits.NUMBER_DIGITS_MAX - 5 + random.nextInt(40)));
            case 4 -> JSON.numberNode(BigInteger.ONE.negate().shiftLeft(63 + random.nextInt(10)));
            case 5 -> JSON.numberNode(new BigDecimal("1e" + (random.nextInt(2_100) - 1_050)));
            case 6 -> JSON.numberNode(new BigDecimal("-1234.5678901234567890123456789"));
            case 7 -> JSON.numberNode(random.nextBoolean() ? Double.NaN : Double.NEGATIVE_INFINITY);
            default -> JSON.numberNode(random.nextInt(100) - 50);
        };
    }

    /** A text with half of a character somewhere, in most cases. */
    private JsonNode odd() {
        String text = letters(1 + random.nextInt(6), LETTERS.length);
        return random.nextBoolean() ? JSON.textNode(text) : JSON.objectNode().put(text, 1);
    }

    private String key() {
        return letters(1, WHOLE_LETTERS).charAt(0) < 0x80
                ? "k".repeat(ValueLimits.KEY_CHARACTERS_MAX - 1 + random.nextInt(3))
                : "k".repeat(random.nextInt(70_000));
    }

    String letters(int count, int kinds) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(LETTERS[random.nextInt(kinds)]);
        }
        return text.toString();
    }

    int below(int bound) {
        return random.nextInt(bound);
    }
}
