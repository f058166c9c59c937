package dev.capocomico.model.execution;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.model.value.Reference;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a JSON value may be that comes in from outside, or goes from task to task: with an input, a signal, an event, an agent's output.
 * Every door takes its limits from here, and every store reads at least as much ({@link #stored}), so that nothing is accepted that
 * cannot be read back.
 *
 * <p>Nearly all values are found small without being written; one that may have too many bytes is written to nowhere, and only as far as
 * the limit.
 */
public final class ValueLimits {
    /** As JSON in UTF-8. */
    public static final int BYTES_MAX = 8 * 1024 * 1024;

    /** Half of what the formats take in which values are kept, which add levels of their own. */
    public static final int NESTING_MAX = 500;

    public static final int KEY_CHARACTERS_MAX = 10_000;

    /** Of a number without its sign, point and exponent; and as many places before or behind the point. */
    public static final int NUMBER_DIGITS_MAX = 1_000;

    /**
     * Values inside a value, each key counted as one more. In memory one takes a hundred bytes or so, whatever it takes as JSON; so
     * this bounds a value of eight million bytes such as {@code {},{},{}} to a hundred megabytes.
     */
    public static final int ELEMENTS_MAX = 1_000_000;

    /** Characters of a number that a door reads, with sign, point and exponent. */
    private static final int NUMBER_CHARACTERS_MAX = NUMBER_DIGITS_MAX + 20;

    private static final int STORED_NESTING_MAX = 2_000;

    /** Digits of a number cost more than their square to be read from text. */
    private static final int STORED_NUMBER_CHARACTERS_MAX = 100_000;

    private static final StreamReadConstraints INCOMING = StreamReadConstraints.builder()
            .maxNestingDepth(2 * NESTING_MAX)
            .maxNumberLength(NUMBER_CHARACTERS_MAX)
            .maxStringLength(Integer.MAX_VALUE)
            .maxNameLength(Integer.MAX_VALUE)
            .build();

    private static final StreamReadConstraints STORED = StreamReadConstraints.builder()
            .maxNestingDepth(STORED_NESTING_MAX)
            .maxNumberLength(STORED_NUMBER_CHARACTERS_MAX)
            .maxStringLength(Integer.MAX_VALUE)
            .maxNameLength(Integer.MAX_VALUE)
            .build();

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build());

    private ValueLimits() {}

    /** For a parser at a door. It reads a little more than may come in, so that {@link #excess} can say what is too much. */
    public static StreamReadConstraints incoming() {
        return INCOMING;
    }

    /** For a parser of what is kept: it reads whatever any version has let in. */
    public static StreamReadConstraints stored() {
        return STORED;
    }

    /** What is wrong with the value, as the end of a sentence about it; empty when nothing is. */
    public static Optional<String> excess(JsonNode value) {
        Measure measure = new Measure();
        measure.take(value, 0);
        if (measure.flaw != null) {
            return Optional.of(measure.flaw);
        }
        return measure.bytesLeft >= 0 || fits(value)
                ? Optional.empty()
                : Optional.of("is larger than %d MiB as JSON; hand on a reference to where it is kept instead"
                        .formatted(BYTES_MAX / (1024 * 1024)));
    }

    /** Whether an escape or a program has put half of a character into the text, for which UTF-8 has no bytes. */
    public static boolean hasHalfCharacter(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                boolean whole = Character.isHighSurrogate(text.charAt(i))
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!whole) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }

    /** Goes through a value until something is wrong with it. */
    private static final class Measure {
        /** A control character is written as six. */
        private static final int BYTES_PER_CHARACTER_MAX = 6;

        /** Of a number that is no big one, a truth or nothing, with its comma. */
        private static final int BYTES_OF_SCALAR_MAX = 26;

        /** Quotes, a colon and a comma. */
        private static final int BYTES_OF_MARKS = 4;

        /** What is left if the value took as many as it can; negative when it may have too many. */
        private long bytesLeft = BYTES_MAX;

        private int elementsLeft = ELEMENTS_MAX;
        private @Nullable String flaw;

        private void take(JsonNode value, int depth) {
            if (depth > NESTING_MAX
                    || (value.isBinary() && depth + Reference.of(value).depth() > NESTING_MAX)) {
                flaw = "is nested more than %d deep".formatted(NESTING_MAX);
            } else if (--elementsLeft < 0) {
                flaw = "holds more than %,d keys and values".formatted(ELEMENTS_MAX);
            } else {
                switch (value.getNodeType()) {
                    case OBJECT -> takeFields(value, depth);
                    case ARRAY -> takeElements(value, depth);
                    case STRING -> take(value.textValue());
                    case NUMBER -> takeNumber(value);
                    case BINARY -> bytesLeft -= Reference.of(value).size();
                    case BOOLEAN, NULL, MISSING, POJO -> bytesLeft -= BYTES_OF_SCALAR_MAX;
                }
            }
        }

        private void takeFields(JsonNode object, int depth) {
            bytesLeft -= BYTES_OF_SCALAR_MAX;
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                String key = field.getKey();
                if (key.length() > KEY_CHARACTERS_MAX) {
                    flaw = "has a key of more than %,d characters".formatted(KEY_CHARACTERS_MAX);
                    return;
                }
                elementsLeft--;
                take(key);
                take(field.getValue(), depth + 1);
                if (flaw != null) {
                    return;
                }
            }
        }

        private void takeElements(JsonNode list, int depth) {
            bytesLeft -= BYTES_OF_SCALAR_MAX;
            for (JsonNode element : list) {
                take(element, depth + 1);
                if (flaw != null) {
                    return;
                }
            }
        }

        private void take(String text) {
            bytesLeft -= BYTES_OF_MARKS + (long) text.length() * BYTES_PER_CHARACTER_MAX;
            if (hasHalfCharacter(text)) {
                flaw = "holds half of a character, a surrogate without the other";
            }
        }

        private void takeNumber(JsonNode number) {
            bytesLeft -= BYTES_OF_SCALAR_MAX;
            if (number.isBigInteger() || number.isBigDecimal()) {
                long digits = digits(number);
                bytesLeft -= digits;
                if (digits > NUMBER_DIGITS_MAX) {
                    flaw = "holds a number of more than %,d digits".formatted(NUMBER_DIGITS_MAX);
                }
            } else if (!Double.isFinite(number.doubleValue())) {
                flaw = "holds a number that JSON cannot hold: " + number.asText();
            }
        }

        /** As many as the number has when it is written out, or a few more: ten bits are three digits. */
        private static long digits(JsonNode number) {
            if (number.isBigInteger()) {
                return decimalDigits(number.bigIntegerValue().bitLength());
            }
            return Math.max(decimalDigits(number.decimalValue().unscaledValue().bitLength()), Math.abs((long)
                    number.decimalValue().scale()));
        }

        private static long decimalDigits(int bits) {
            return bits * 3L / 10;
        }
    }

    private static boolean fits(JsonNode value) {
        try (Counting counting = new Counting(referredTo(value))) {
            JSON.writeValue(counting, value);
            return true;
        } catch (Full e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("a tree of JSON can be written", e);
        }
    }

    /** How many bytes are not here, as the references say; those of a reference itself hardly count. */
    private static long referredTo(JsonNode value) {
        List<Reference> references = new ArrayList<>();
        Reference.collect(value, references);
        return references.stream().mapToLong(Reference::size).sum();
    }

    private static final class Full extends IOException {
        private static final long serialVersionUID = 1;
    }

    private static final class Counting extends OutputStream {
        private long count;

        Counting(long already) {
            count = already;
        }

        @Override
        public void write(int one) throws IOException {
            count(1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            count(length);
        }

        private void count(int more) throws IOException {
            count += more;
            if (count > BYTES_MAX) {
                throw new Full();
            }
        }
    }
}
