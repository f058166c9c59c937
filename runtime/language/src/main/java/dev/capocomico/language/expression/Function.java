package dev.capocomico.language.expression;

import dev.capocomico.language.expression.Value.Bytes;
import dev.capocomico.language.expression.Value.Entries;
import dev.capocomico.language.expression.Value.Int;
import dev.capocomico.language.expression.Value.Items;
import dev.capocomico.language.expression.Value.Real;
import dev.capocomico.language.expression.Value.Text;
import dev.capocomico.language.expression.Value.TypeName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** A function or operator whose operands are all evaluated first. A method's object is its first argument. */
interface Function {
    Value apply(List<Value> arguments, Meter meter);

    /** By the name in the syntax tree, such as {@code size} or {@code _+_}; null when there is no such function. */
    static @Nullable Function named(String name) {
        return Table.BY_NAME.get(name);
    }

    static Set<String> names() {
        return Set.copyOf(Table.BY_NAME.keySet());
    }

    /** Every function there is. None of them reaches anything but its arguments. */
    final class Table {
        /** What java.time uses on the way to a timestamp or a part of one. */
        private static final int PARSED_TIME_BYTES = 2_048;

        private static final Map<String, Function> BY_NAME = new HashMap<>();

        static {
            binary("_+_", Arithmetic::add);
            binary("_-_", (a, b, meter) -> Arithmetic.subtract(a, b));
            binary("_*_", (a, b, meter) -> Arithmetic.multiply(a, b));
            binary("_/_", (a, b, meter) -> Arithmetic.divide(a, b));
            binary("_%_", (a, b, meter) -> Arithmetic.remainder(a, b));
            unary("-_", (a, meter) -> Arithmetic.negate(a));
            unary("!_", (a, meter) -> Value.of(!Node.condition(a, "!")));
            binary("_==_", (a, b, meter) -> Value.of(Comparison.equal(a, b, meter)));
            binary("_!=_", (a, b, meter) -> Value.of(!Comparison.equal(a, b, meter)));
            order("<", order -> order < 0);
            order("<=", order -> order <= 0);
            order(">", order -> order > 0);
            order(">=", order -> order >= 0);
            binary("@in", Table::in);
            binary("_[_]", (a, b, meter) -> Selection.at(a, b));
            unary("size", Table::size);
            text("contains", Texts::contains);
            text("startsWith", Texts::startsWith);
            text("endsWith", Texts::endsWith);
            text("matches", (text, regex, meter) -> RegexBounds.matches(text.value(), regex.value(), meter));
            unary("int", (a, meter) -> Conversions.toInt(a));
            unary("double", (a, meter) -> Conversions.toDouble(a));
            unary("string", Conversions::toText);
            unary("bool", (a, meter) -> Conversions.toBool(a));
            unary("bytes", Conversions::toBytes);
            unary("timestamp", (a, meter) -> timed(Conversions.toMoment(a), meter));
            unary("duration", (a, meter) -> timed(Conversions.toSpan(a), meter));
            unary("type", (a, meter) -> new TypeName(a.type()));
            unary("dyn", (a, meter) -> a);
            for (String part : List.of(
                    "getFullYear",
                    "getMonth",
                    "getDate",
                    "getDayOfMonth",
                    "getDayOfWeek",
                    "getDayOfYear",
                    "getHours",
                    "getMinutes",
                    "getSeconds",
                    "getMilliseconds")) {
                BY_NAME.put(part, (arguments, meter) -> {
                    meter.allocate(PARSED_TIME_BYTES);
                    return Times.part(part, arguments.getFirst(), arguments.size() > 1 ? arguments.get(1) : null);
                });
            }
        }

        private Table() {}

        private interface Unary {
            Value apply(Value a, Meter meter);
        }

        private interface Binary {
            Value apply(Value a, Value b, Meter meter);
        }

        private interface TextTest {
            boolean test(Text text, Text other, Meter meter);
        }

        private static void unary(String name, Unary function) {
            BY_NAME.put(name, (arguments, meter) -> function.apply(arguments.getFirst(), meter));
        }

        private static void binary(String name, Binary function) {
            BY_NAME.put(name, (arguments, meter) -> function.apply(arguments.get(0), arguments.get(1), meter));
        }

        private static void text(String name, TextTest test) {
            binary(name, (a, b, meter) -> {
                if (a instanceof Text text && b instanceof Text other) {
                    return Value.of(test.test(text, other, meter));
                }
                throw new EvaluationFailure(
                        () -> name + " takes two strings, not " + a.described() + " and " + b.described());
            });
        }

        private static void order(String operator, IntPredicate test) {
            binary("_" + operator + "_", (a, b, meter) -> {
                OptionalInt order = Comparison.order(a, b, meter);
                boolean numbers = (a instanceof Int || a instanceof Real) && (b instanceof Int || b instanceof Real);
                if (order.isEmpty() && !numbers) {
                    throw new EvaluationFailure(
                            () -> operator + " cannot be applied to " + a.described() + " and " + b.described());
                }
                return Value.of(order.isPresent() && test.test(order.getAsInt()));
            });
        }

        private static Value timed(Value time, Meter meter) {
            meter.allocate(PARSED_TIME_BYTES);
            return time;
        }

        private static Value in(Value sought, Value container, Meter meter) {
            if (container instanceof Entries entries) {
                return Value.of(entries.find(sought) != null);
            }
            if (container instanceof Items items) {
                for (int i = 0; i < items.size(); i++) {
                    if (Comparison.equal(sought, items.get(i), meter)) {
                        return Value.Bool.TRUE;
                    }
                }
                return Value.Bool.FALSE;
            }
            throw new EvaluationFailure(() -> "in needs a list or a map on its right, not " + container.described());
        }

        private static Value size(Value value, Meter meter) {
            if (value instanceof Items items) {
                return Int.of(items.size());
            }
            if (value instanceof Entries entries) {
                return Int.of(entries.size());
            }
            if (value instanceof Text text) {
                return Int.of(Texts.codePoints(text, meter));
            }
            if (value instanceof Bytes bytes) {
                return Int.of(bytes.value().length);
            }
            throw new EvaluationFailure(() -> "size cannot be applied to " + value.described());
        }
    }
}
