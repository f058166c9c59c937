package dev.capocomico.language.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.function.IntPredicate;

/** Keywords about numbers, which are compared as what they are, however they are written. */
final class Numbers {
    /** A double has no more digits before and behind its point together; dividing longer ones takes ever longer. */
    private static final int DIGITS_MAX = 1_100;

    private static final int STEPS_PER_DIVISION = 32;

    private Numbers() {}

    static boolean isWhole(JsonNode number) {
        if (number.isIntegralNumber()) {
            return true;
        }
        if (number.isDouble() || number.isFloat()) {
            double value = number.doubleValue();
            return Double.isFinite(value) && value == Math.rint(value);
        }
        return number.isBigDecimal()
                && number.decimalValue().stripTrailingZeros().scale() <= 0;
    }

    static boolean isFinite(JsonNode number) {
        return !(number.isDouble() || number.isFloat()) || Double.isFinite(number.doubleValue());
    }

    private static boolean isLong(JsonNode number) {
        return number.isInt() || number.isLong() || number.isShort();
    }

    static int compare(JsonNode one, JsonNode other) {
        return isLong(one) && isLong(other)
                ? Long.compare(one.longValue(), other.longValue())
                : one.decimalValue().compareTo(other.decimalValue());
    }

    /** @param allowed how a number may compare with what is said */
    static Rule bound(String keyword, JsonNode said, IntPredicate allowed) {
        return (value, run, seen) -> {
            if (!value.isNumber() || !said.isNumber()) {
                return true;
            }
            boolean holds = isFinite(value) && allowed.test(compare(value, said));
            if (!holds) {
                run.fault(keyword, said);
            }
            return holds;
        };
    }

    static Rule multipleOf(JsonNode said) {
        return (value, run, seen) -> {
            if (!value.isNumber() || !said.isNumber()) {
                return true;
            }
            run.steps(STEPS_PER_DIVISION);
            boolean holds = isMultiple(value, said);
            if (!holds) {
                run.fault("multipleOf", said);
            }
            return holds;
        };
    }

    private static boolean isMultiple(JsonNode value, JsonNode of) {
        if (isLong(value) && isLong(of) && of.longValue() != 0) {
            return value.longValue() % of.longValue() == 0;
        }
        if (!isFinite(value)) {
            return false;
        }
        BigDecimal divided = value.decimalValue();
        BigDecimal divisor = of.decimalValue();
        return divisor.signum() != 0
                && digits(divided) <= DIGITS_MAX
                && digits(divisor) <= DIGITS_MAX
                && divided.remainder(divisor).signum() == 0;
    }

    private static long digits(BigDecimal number) {
        return number.precision() + Math.abs((long) number.scale());
    }
}
