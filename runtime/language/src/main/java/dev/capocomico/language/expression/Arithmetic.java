package dev.capocomico.language.expression;

import dev.capocomico.language.expression.Value.Bytes;
import dev.capocomico.language.expression.Value.Int;
import dev.capocomico.language.expression.Value.Items;
import dev.capocomico.language.expression.Value.MadeItems;
import dev.capocomico.language.expression.Value.Moment;
import dev.capocomico.language.expression.Value.Real;
import dev.capocomico.language.expression.Value.Span;
import dev.capocomico.language.expression.Value.Text;
import java.util.ArrayList;
import java.util.List;

/** The operators {@code + - * / %} and the unary minus. Integers never wrap: what does not fit fails. */
final class Arithmetic {
    private Arithmetic() {}

    static Value add(Value a, Value b, Meter meter) {
        if (a instanceof Int x && b instanceof Int y) {
            return exact("+", () -> Math.addExact(x.value(), y.value()));
        }
        if (a instanceof Real x && b instanceof Real y) {
            return new Real(x.value() + y.value());
        }
        if (a instanceof Text x && b instanceof Text y) {
            meter.allocateText((long) x.value().length() + y.value().length());
            return new Text(x.value() + y.value());
        }
        if (a instanceof Items x && b instanceof Items y) {
            return concatenated(x, y, meter);
        }
        if (a instanceof Bytes x && b instanceof Bytes y) {
            return concatenated(x.value(), y.value(), meter);
        }
        if (a instanceof Moment x && b instanceof Span y) {
            return Times.plus(x, y);
        }
        if (a instanceof Span x && b instanceof Moment y) {
            return Times.plus(y, x);
        }
        if (a instanceof Span x && b instanceof Span y) {
            return Times.plus(x, y);
        }
        throw cannot("+", a, b);
    }

    static Value subtract(Value a, Value b) {
        if (a instanceof Int x && b instanceof Int y) {
            return exact("-", () -> Math.subtractExact(x.value(), y.value()));
        }
        if (a instanceof Real x && b instanceof Real y) {
            return new Real(x.value() - y.value());
        }
        if (a instanceof Moment x && b instanceof Moment y) {
            return Times.between(y, x);
        }
        if (a instanceof Moment x && b instanceof Span y) {
            return Times.plus(x, new Span(y.value().negated()));
        }
        if (a instanceof Span x && b instanceof Span y) {
            return Times.plus(x, new Span(y.value().negated()));
        }
        throw cannot("-", a, b);
    }

    static Value multiply(Value a, Value b) {
        if (a instanceof Int x && b instanceof Int y) {
            return exact("*", () -> Math.multiplyExact(x.value(), y.value()));
        }
        if (a instanceof Real x && b instanceof Real y) {
            return new Real(x.value() * y.value());
        }
        throw cannot("*", a, b);
    }

    static Value divide(Value a, Value b) {
        if (a instanceof Int x && b instanceof Int y) {
            requireNonZero(y);
            return exact("/", () -> Math.divideExact(x.value(), y.value()));
        }
        if (a instanceof Real x && b instanceof Real y) {
            return new Real(x.value() / y.value());
        }
        throw cannot("/", a, b);
    }

    static Value remainder(Value a, Value b) {
        if (a instanceof Int x && b instanceof Int y) {
            requireNonZero(y);
            return Int.of(x.value() % y.value());
        }
        throw cannot("%", a, b);
    }

    static Value negate(Value a) {
        if (a instanceof Int x) {
            return exact("-", () -> Math.negateExact(x.value()));
        }
        if (a instanceof Real x) {
            return new Real(-x.value());
        }
        throw new EvaluationFailure(() -> "- cannot be applied to " + a.described());
    }

    private interface LongResult {
        long get();
    }

    private static Int exact(String operator, LongResult result) {
        try {
            return Int.of(result.get());
        } catch (ArithmeticException e) {
            throw new EvaluationFailure("the result of " + operator + " is no 64-bit integer");
        }
    }

    private static void requireNonZero(Int divisor) {
        if (divisor.value() == 0) {
            throw new EvaluationFailure("it divides by zero");
        }
    }

    private static Items concatenated(Items a, Items b, Meter meter) {
        long size = (long) a.size() + b.size();
        meter.steps(size);
        meter.allocate((Meter.SLOT_BYTES + Meter.OBJECT_BYTES) * size);
        List<Value> list = new ArrayList<>((int) size);
        for (int i = 0; i < a.size(); i++) {
            list.add(a.get(i));
        }
        for (int i = 0; i < b.size(); i++) {
            list.add(b.get(i));
        }
        return new MadeItems(list);
    }

    private static Bytes concatenated(byte[] a, byte[] b, Meter meter) {
        meter.allocate((long) a.length + b.length);
        byte[] both = new byte[a.length + b.length];
        System.arraycopy(a, 0, both, 0, a.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return new Bytes(both);
    }

    private static EvaluationFailure cannot(String operator, Value a, Value b) {
        return new EvaluationFailure(() -> {
            String sentence = operator + " cannot be applied to " + a.described() + " and " + b.described();
            boolean numbers = (a instanceof Int || a instanceof Real) && (b instanceof Int || b instanceof Real);
            return numbers && !operator.equals("%") ? sentence + "; convert one with double(…) or int(…)" : sentence;
        });
    }
}
