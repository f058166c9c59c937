package dev.capocomico.language.expression;

import dev.capocomico.language.expression.Value.Bool;
import dev.capocomico.language.expression.Value.Bytes;
import dev.capocomico.language.expression.Value.Entries;
import dev.capocomico.language.expression.Value.Int;
import dev.capocomico.language.expression.Value.Items;
import dev.capocomico.language.expression.Value.Moment;
import dev.capocomico.language.expression.Value.Null;
import dev.capocomico.language.expression.Value.Real;
import dev.capocomico.language.expression.Value.Span;
import dev.capocomico.language.expression.Value.Text;
import dev.capocomico.language.expression.Value.TypeName;
import java.util.Arrays;
import java.util.OptionalInt;

/** Equality and order. Numbers of both kinds lie on one line; values of different types are unequal and have no order. */
final class Comparison {
    private Comparison() {}

    static boolean equal(Value a, Value b, Meter meter) {
        return equal(a, b, meter, 0);
    }

    private static boolean equal(Value a, Value b, Meter meter, int depth) {
        meter.step();
        if (depth > ExpressionLimits.VALUE_DEPTH_MAX) {
            throw new LimitReached("it compares values nested more than " + ExpressionLimits.VALUE_DEPTH_MAX + " deep");
        }
        return switch (a) {
            case Null n -> b instanceof Null;
            case Bool x -> b instanceof Bool y && x.value() == y.value();
            case Int x when b instanceof Int y -> x.value() == y.value();
            case Int x -> b instanceof Real y && !Double.isNaN(y.value()) && compare(x.value(), y.value()) == 0;
            case Real x when b instanceof Real y -> x.value() == y.value();
            case Real x -> b instanceof Int y && !Double.isNaN(x.value()) && compare(y.value(), x.value()) == 0;
            case Text x -> b instanceof Text y && sameText(x.value(), y.value(), meter);
            case Bytes x -> b instanceof Bytes y && sameBytes(x.value(), y.value(), meter);
            case Moment x -> b instanceof Moment y && x.value().equals(y.value());
            case Span x -> b instanceof Span y && x.value().equals(y.value());
            case TypeName x -> b instanceof TypeName y && x.value().equals(y.value());
            case Items x -> b instanceof Items y && sameItems(x, y, meter, depth);
            case Entries x -> b instanceof Entries y && sameEntries(x, y, meter, depth);
        };
    }

    private static boolean sameText(String a, String b, Meter meter) {
        if (a.length() != b.length()) {
            return false;
        }
        meter.read(a.length());
        return a.equals(b);
    }

    private static boolean sameBytes(byte[] a, byte[] b, Meter meter) {
        meter.read(Math.min(a.length, b.length));
        return Arrays.equals(a, b);
    }

    private static boolean sameItems(Items a, Items b, Meter meter, int depth) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            meter.step();
            if (!equal(a.get(i), b.get(i), meter, depth + 1)) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameEntries(Entries a, Entries b, Meter meter, int depth) {
        if (a.size() != b.size()) {
            return false;
        }
        Items keys = a.keys(meter);
        for (int i = 0; i < keys.size(); i++) {
            Value ours = a.find(keys.get(i));
            Value theirs = b.find(keys.get(i));
            if (ours == null || theirs == null || !equal(ours, theirs, meter, depth + 1)) {
                return false;
            }
        }
        return true;
    }

    /** Below, at or above zero; empty when there is no order between the two, which for two numbers means NaN. */
    static OptionalInt order(Value a, Value b, Meter meter) {
        meter.step();
        return switch (a) {
            case Int x when b instanceof Int y -> OptionalInt.of(Long.compare(x.value(), y.value()));
            case Int x when b instanceof Real y -> ordered(y.value(), compare(x.value(), y.value()));
            case Real x when b instanceof Real y -> compareReals(x.value(), y.value());
            case Real x when b instanceof Int y -> ordered(x.value(), -compare(y.value(), x.value()));
            case Int x -> OptionalInt.empty();
            case Real x -> OptionalInt.empty();
            case Bool x when b instanceof Bool y -> OptionalInt.of(Boolean.compare(x.value(), y.value()));
            case Text x when b instanceof Text y -> OptionalInt.of(compare(x.value(), y.value(), meter));
            case Bytes x
            when b instanceof Bytes y -> {
                meter.read(Math.min(x.value().length, y.value().length));
                yield OptionalInt.of(Arrays.compareUnsigned(x.value(), y.value()));
            }
            case Moment x when b instanceof Moment y -> OptionalInt.of(x.value().compareTo(y.value()));
            case Span x when b instanceof Span y -> OptionalInt.of(x.value().compareTo(y.value()));
            case Null n -> OptionalInt.empty();
            case Bool x -> OptionalInt.empty();
            case Text x -> OptionalInt.empty();
            case Bytes x -> OptionalInt.empty();
            case Moment x -> OptionalInt.empty();
            case Span x -> OptionalInt.empty();
            case TypeName t -> OptionalInt.empty();
            case Items i -> OptionalInt.empty();
            case Entries e -> OptionalInt.empty();
        };
    }

    private static OptionalInt ordered(double perhapsNaN, int order) {
        return Double.isNaN(perhapsNaN) ? OptionalInt.empty() : OptionalInt.of(order);
    }

    private static OptionalInt compareReals(double a, double b) {
        // Not Double.compare, for which 0.0 is above -0.0.
        return Double.isNaN(b) ? OptionalInt.empty() : ordered(a, a < b ? -1 : a > b ? 1 : 0);
    }

    /** Exact: a long above 2^53 is not rounded to a double first. */
    private static int compare(long a, double b) {
        if (b >= 0x1p63) {
            return -1;
        }
        if (b < -0x1p63) {
            return 1;
        }
        long whole = (long) b;
        return a != whole ? Long.compare(a, whole) : Double.compare(0.0, b - whole + 0.0);
    }

    /** By code points, as CEL orders strings, which differs from Java's order above U+FFFF. */
    private static int compare(String a, String b, Meter meter) {
        int common = Math.min(a.length(), b.length());
        meter.read(common);
        for (int i = 0; i < common; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean surrogatesApart = Character.isSurrogate(x) != Character.isSurrogate(y);
                return surrogatesApart ? (Character.isSurrogate(x) ? 1 : -1) : Character.compare(x, y);
            }
        }
        return Integer.compare(a.length(), b.length());
    }
}
