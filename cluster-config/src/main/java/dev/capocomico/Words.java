package dev.capocomico;

import dev.capocomico.model.execution.ValueLimits;
import java.util.Map;

/** Words by which a program names something: refused when they are longer than a store can find again, or no text. */
final class Words {
    static final int NAME_MAX = 200;

    private static final int LABELS_MAX = 20;

    private Words() {}

    /** @param what the beginning of a sentence about it */
    static String name(String what, String word) {
        if (word.isEmpty() || word.length() > NAME_MAX) {
            throw new IllegalArgumentException(
                    "%s has 1 to %d characters, not %,d".formatted(what, NAME_MAX, word.length()));
        }
        return text(what, word);
    }

    private static String text(String what, String word) {
        if (ValueLimits.hasHalfCharacter(word) || word.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    what + " is text; there is half of a character in it, or one with the number 0");
        }
        return word;
    }

    static Map<String, String> labels(Map<String, String> labels) {
        if (labels.size() > LABELS_MAX) {
            throw new IllegalArgumentException(
                    "an execution has at most %d labels, not %,d".formatted(LABELS_MAX, labels.size()));
        }
        labels.forEach((name, value) -> {
            name("the name of a label", name);
            if (value.length() > NAME_MAX) {
                throw new IllegalArgumentException("the value of the label \"%s\" has at most %d characters, not %,d"
                        .formatted(name, NAME_MAX, value.length()));
            }
            text("the value of the label \"" + name + "\"", value);
        });
        return labels;
    }
}
