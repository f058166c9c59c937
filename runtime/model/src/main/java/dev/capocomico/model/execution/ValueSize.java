package dev.capocomico.model.execution;

import com.fasterxml.jackson.core.JsonFactory;
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

/**
 * How large a value may be that goes from task to task, or comes in with an event, as JSON in UTF-8. Nearly all values are found small without being written; a
 * value that may be too large is written to nowhere, and only as far as the limit.
 */
public final class ValueSize {
    static final int BYTES_MAX = 8 * 1024 * 1024;

    /** Half of what the formats take in which values are kept, which add levels of their own. */
    static final int NESTING_MAX = 500;

    /** A control character is written as six. */
    private static final int BYTES_PER_CHAR_MAX = 6;

    /** Of a number that is no big one, a truth or nothing, with its comma. */
    private static final int BYTES_OF_SCALAR_MAX = 26;

    /** Quotes, a colon and a comma. */
    private static final int BYTES_OF_MARKS = 4;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build());

    private ValueSize() {}

    /** What is wrong with the value, as the end of a sentence about it; empty when nothing is. */
    public static Optional<String> excess(JsonNode value) {
        long left = leftOf(BYTES_MAX, value, 0);
        if (left == TOO_DEEP) {
            return Optional.of("is nested more than %d deep".formatted(NESTING_MAX));
        }
        return left >= 0 || fits(value)
                ? Optional.empty()
                : Optional.of("is larger than %d MiB as JSON; hand on a reference to where it is kept instead"
                        .formatted(BYTES_MAX / (1024 * 1024)));
    }

    private static final long TOO_DEEP = Long.MIN_VALUE;

    /** What is left of the bytes if the value took as many as it can; any negative number when it may be too large. */
    private static long leftOf(long bytes, JsonNode value, int depth) {
        if (depth > NESTING_MAX
                || (value.isBinary() && depth + Reference.of(value).depth() > NESTING_MAX)) {
            return TOO_DEEP;
        }
        long left = bytes - own(value);
        if (value.isObject()) {
            for (Map.Entry<String, JsonNode> field : value.properties()) {
                left = leftOf(left - BYTES_OF_MARKS - text(field.getKey()), field.getValue(), depth + 1);
                if (left < 0) {
                    return left;
                }
            }
        } else if (value.isArray()) {
            for (JsonNode element : value) {
                left = leftOf(left, element, depth + 1);
                if (left < 0) {
                    return left;
                }
            }
        }
        return left;
    }

    private static long own(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> BYTES_OF_MARKS + text(value.textValue());
            case BINARY -> Reference.of(value).size();
            case NUMBER ->
                value.isBigInteger() || value.isBigDecimal()
                        ? BYTES_OF_SCALAR_MAX + digits(value)
                        : BYTES_OF_SCALAR_MAX;
            case ARRAY, OBJECT, BOOLEAN, NULL, MISSING, POJO -> BYTES_OF_SCALAR_MAX;
        };
    }

    private static long text(String text) {
        return (long) text.length() * BYTES_PER_CHAR_MAX;
    }

    /** More than the number has; three bits are less than a digit. */
    private static long digits(JsonNode number) {
        return number.isBigInteger()
                ? number.bigIntegerValue().bitLength() / 3L
                : number.decimalValue().unscaledValue().bitLength() / 3L
                        + Math.abs((long) number.decimalValue().scale());
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
