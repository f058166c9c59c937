package dev.capocomico.language.tree;

import dev.capocomico.language.tree.Node.Scalar;
import dev.capocomico.language.tree.Node.ScalarKind;
import dev.capocomico.model.definition.DurationText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;

/** What a scalar comes to. Empty is: it is no such thing. */
public final class Scalars {
    public static final String LOST = "this number has no place in JSON";

    private Scalars() {}

    /** What to write instead of a number that JSON cannot hold; empty for every other scalar. */
    public static Optional<String> lost(Scalar scalar) {
        boolean number = scalar.type() == ScalarKind.INT || scalar.type() == ScalarKind.FLOAT;
        if (!number || number(scalar).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(
                scalar.text().length() > TreeLimits.NUMBER_CHARACTERS_MAX
                        ? "a number has at most " + TreeLimits.NUMBER_CHARACTERS_MAX + " characters; write a string"
                        : "write a finite number, or a string");
    }

    public static Optional<Boolean> bool(Scalar scalar) {
        return scalar.type() == ScalarKind.BOOL
                ? Optional.of(scalar.text().equalsIgnoreCase("true"))
                : Optional.empty();
    }

    /** Empty also for what JSON cannot hold: infinity, not a number, or a number of more than 64 characters. */
    public static Optional<BigDecimal> number(Scalar scalar) {
        String text = scalar.text();
        boolean number = scalar.type() == ScalarKind.INT || scalar.type() == ScalarKind.FLOAT;
        if (!number || text.length() > TreeLimits.NUMBER_CHARACTERS_MAX) {
            return Optional.empty();
        }
        try {
            if (text.startsWith("0x")) {
                return Optional.of(new BigDecimal(new BigInteger(text.substring(2), 16)));
            }
            if (text.startsWith("0o")) {
                return Optional.of(new BigDecimal(new BigInteger(text.substring(2), 8)));
            }
            BigDecimal value = new BigDecimal(text);
            // Beyond this no double is finite, and writing the number out would take its exponent in digits.
            boolean far = Math.abs((long) value.precision() - value.scale()) > 310 || Math.abs(value.scale()) > 400;
            return far || Double.isInfinite(value.doubleValue()) ? Optional.empty() : Optional.of(value);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** A number of seconds, or a text such as {@code 5m}. */
    public static Optional<Duration> duration(Scalar scalar) {
        return switch (scalar.type()) {
            case INT, FLOAT -> number(scalar).map(BigDecimal::toPlainString).flatMap(DurationText::parse);
            // Longer texts are no durations, and the pattern behind them is not made for millions of parts.
            case STRING ->
                scalar.text().length() <= TreeLimits.NUMBER_CHARACTERS_MAX
                        ? DurationText.parse(scalar.text())
                        : Optional.empty();
            case NULL, BOOL -> Optional.empty();
        };
    }
}
