package dev.capocomico.language.expression;

import dev.capocomico.language.expression.Value.Bool;
import dev.capocomico.language.expression.Value.Bytes;
import dev.capocomico.language.expression.Value.Int;
import dev.capocomico.language.expression.Value.Moment;
import dev.capocomico.language.expression.Value.Real;
import dev.capocomico.language.expression.Value.Span;
import dev.capocomico.language.expression.Value.Text;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** The functions named after types. */
final class Conversions {
    /** No number is read from a longer text. */
    private static final int NUMBER_CHARS_MAX = 400;

    private static final Set<String> TRUE_WORDS = Set.of("true", "TRUE", "True", "t", "1");
    private static final Set<String> FALSE_WORDS = Set.of("false", "FALSE", "False", "f", "0");

    private Conversions() {}

    static Value toInt(Value value) {
        if (value instanceof Int) {
            return value;
        }
        if (value instanceof Real real) {
            double whole = real.value();
            if (whole > -0x1p63 && whole < 0x1p63) {
                return Int.of((long) whole);
            }
            throw new EvaluationFailure(() -> whole + " is no 64-bit integer");
        }
        if (value instanceof Text text) {
            try {
                if (text.value().length() <= NUMBER_CHARS_MAX) {
                    return Int.of(Long.parseLong(text.value()));
                }
            } catch (NumberFormatException e) {
                // said below
            }
            throw notA("64-bit integer", text);
        }
        if (value instanceof Moment moment) {
            return Int.of(moment.value().getEpochSecond());
        }
        throw cannot("int", value);
    }

    static Value toDouble(Value value) {
        if (value instanceof Real) {
            return value;
        }
        if (value instanceof Int integer) {
            return new Real(integer.value());
        }
        if (value instanceof Text text) {
            try {
                if (text.value().length() <= NUMBER_CHARS_MAX) {
                    return new Real(Double.parseDouble(text.value()));
                }
            } catch (NumberFormatException e) {
                // said below
            }
            throw notA("number", text);
        }
        throw cannot("double", value);
    }

    static Value toText(Value value, Meter meter) {
        if (value instanceof Bytes bytes) {
            meter.allocateText(bytes.value().length);
            meter.read(bytes.value().length);
            try {
                return new Text(StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes.value()))
                        .toString());
            } catch (CharacterCodingException e) {
                throw new EvaluationFailure("the bytes are no UTF-8 text");
            }
        }
        if (value instanceof Text) {
            return value;
        }
        String text =
                switch (value) {
                    case Int integer -> Long.toString(integer.value());
                    case Real real -> Double.toString(real.value());
                    case Bool bool -> Boolean.toString(bool.value());
                    case Moment moment -> moment.value().toString();
                    case Span span -> Times.print(span.value());
                    case Value.Null n -> throw cannot("string", value);
                    case Value.TypeName t -> throw cannot("string", value);
                    case Value.Items i -> throw cannot("string", value);
                    case Value.Entries e -> throw cannot("string", value);
                    case Text t -> t.value();
                    case Bytes b -> throw cannot("string", value);
                };
        meter.allocateText(text.length());
        return new Text(text);
    }

    static Value toBool(Value value) {
        if (value instanceof Bool) {
            return value;
        }
        if (value instanceof Text text) {
            if (TRUE_WORDS.contains(text.value())) {
                return Value.Bool.TRUE;
            }
            if (FALSE_WORDS.contains(text.value())) {
                return Value.Bool.FALSE;
            }
            throw notA("bool", text);
        }
        throw cannot("bool", value);
    }

    static Value toBytes(Value value, Meter meter) {
        if (value instanceof Bytes) {
            return value;
        }
        if (value instanceof Text text) {
            meter.allocate(3L * text.value().length());
            meter.read(text.value().length());
            return new Bytes(text.value().getBytes(StandardCharsets.UTF_8));
        }
        throw cannot("bytes", value);
    }

    static Value toMoment(Value value) {
        if (value instanceof Moment) {
            return value;
        }
        if (value instanceof Text text) {
            return Times.moment(text.value());
        }
        if (value instanceof Int seconds) {
            return Times.moment(seconds.value());
        }
        throw cannot("timestamp", value);
    }

    static Value toSpan(Value value) {
        if (value instanceof Span) {
            return value;
        }
        if (value instanceof Text text) {
            return Times.span(text.value());
        }
        throw cannot("duration", value);
    }

    private static EvaluationFailure notA(String kind, Text text) {
        return new EvaluationFailure(() -> "\"" + ExpressionText.excerpt(text.value(), 40) + "\" is no " + kind);
    }

    private static EvaluationFailure cannot(String function, Value value) {
        return new EvaluationFailure(() -> function + "(…) cannot convert " + value.described());
    }
}
