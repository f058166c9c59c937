package dev.capocomico.model.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * Writes a JSON value in the one form that all equal values share: keys sorted by their UTF-16 units, no white space, a
 * fixed way to escape, and numbers by their value, so that {@code 1}, {@code 1.0} and {@code 10e-1} are the same.
 *
 * <p>It is written out here, and not left to a library's printer, because digests that were stored depend on every byte
 * of it.
 */
final class CanonicalJson {
    private static final String HEX = "0123456789abcdef";

    private final Utf8Sink sink;

    CanonicalJson(Utf8Sink sink) {
        this.sink = sink;
    }

    /** @throws IllegalArgumentException when something in the tree is no JSON, such as a number that is not finite */
    void write(JsonNode value) {
        switch (value.getNodeType()) {
            case OBJECT -> writeObject(value);
            case ARRAY -> writeArray((ArrayNode) value);
            // Bytes are what a printer makes of them: a string in Base64.
            case STRING, BINARY -> writeString(value.asText());
            case NUMBER -> writeAscii(number(value));
            case BOOLEAN -> writeAscii(value.booleanValue() ? "true" : "false");
            case NULL -> writeAscii("null");
            case MISSING, POJO -> throw new IllegalArgumentException("not a JSON value: " + value.asText());
        }
    }

    private void writeObject(JsonNode object) {
        List<String> keys = new ArrayList<>(object.size());
        object.fieldNames().forEachRemaining(keys::add);
        Collections.sort(keys);
        char before = '{';
        for (String key : keys) {
            sink.ascii(before);
            before = ',';
            writeString(key);
            sink.ascii(':');
            write(Objects.requireNonNull(object.get(key)));
        }
        writeAscii(keys.isEmpty() ? "{}" : "}");
    }

    private void writeArray(ArrayNode array) {
        sink.ascii('[');
        for (int i = 0; i < array.size(); i++) {
            if (i > 0) {
                sink.ascii(',');
            }
            write(array.get(i));
        }
        sink.ascii(']');
    }

    /**
     * The digits without zeros at either end, then the power of ten unless it is 0: {@code -12}, {@code 5E-1},
     * {@code 1E3}.
     */
    private static String number(JsonNode number) {
        if ((number.isDouble() || number.isFloat()) && !Double.isFinite(number.doubleValue())) {
            throw new IllegalArgumentException("not a JSON number: " + number.asText());
        }
        // By its text, because the binary value of a float is not the number that was written.
        BigDecimal value = number.isIntegralNumber() || number.isBigDecimal()
                ? number.decimalValue()
                : new BigDecimal(number.asText());
        BigDecimal stripped = value.stripTrailingZeros();
        return stripped.unscaledValue() + (stripped.scale() == 0 ? "" : "E" + -(long) stripped.scale());
    }

    private void writeString(String text) {
        sink.ascii('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                sink.ascii('\\');
                sink.ascii(c);
            } else if (c < 0x20) {
                writeEscaped(c);
            } else if (c < 0x80) {
                sink.ascii(c);
            } else if (!Character.isSurrogate(c)) {
                sink.codePoint(c);
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                sink.codePoint(Character.toCodePoint(c, text.charAt(++i)));
            } else {
                // Half a character has no form in UTF-8, and two different halves must not look the same.
                writeEscaped(c);
            }
        }
        sink.ascii('"');
    }

    private void writeEscaped(char c) {
        writeAscii("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            sink.ascii(HEX.charAt(c >> shift & 0xf));
        }
    }

    private void writeAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            sink.ascii(text.charAt(i));
        }
    }
}
