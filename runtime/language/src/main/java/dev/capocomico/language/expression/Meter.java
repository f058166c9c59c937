package dev.capocomico.language.expression;

import com.google.re2j.Pattern;
import java.util.HashMap;
import java.util.Map;

/**
 * The budget of one evaluation: of all expressions of one template together. It counts work, not time, so that the same
 * evaluation ends the same way on every machine. Whatever costs is charged here before it is done.
 */
final class Meter {
    /** What the Java object of a number or text costs beside its characters. */
    static final int OBJECT_BYTES = 24;

    static final int SLOT_BYTES = 16;
    private static final int FAILURE_STEPS = 8;

    private long stepsLeft = ExpressionLimits.STEPS_MAX;
    private long bytesLeft = ExpressionLimits.MEMORY_BYTES_MAX;
    private long iterationsLeft = ExpressionLimits.ITERATIONS_MAX;
    private long resultBytesLeft = ExpressionLimits.RESULT_BYTES_MAX;
    private final Map<String, Pattern> regexes = new HashMap<>();

    void step() {
        if (--stepsLeft < 0) {
            throw outOfSteps();
        }
    }

    void steps(long count) {
        stepsLeft -= count;
        if (stepsLeft < 0) {
            stepsLeft = -1;
            throw outOfSteps();
        }
    }

    /** Reading so many characters or bytes. */
    void read(long chars) {
        steps(1 + chars / ExpressionLimits.CHARS_PER_STEP);
    }

    void iteration() {
        if (--iterationsLeft < 0) {
            throw new LimitReached("it loops more than " + ExpressionLimits.ITERATIONS_MAX + " times");
        }
    }

    /** Making so many bytes of objects; the time to fill them is charged with it. */
    void allocate(long bytes) {
        bytesLeft -= bytes;
        if (bytesLeft < 0) {
            bytesLeft = -1;
            throw new LimitReached(
                    "it needs more than " + ExpressionLimits.MEMORY_BYTES_MAX / (1024 * 1024) + " MiB of memory");
        }
        steps(bytes / (2 * ExpressionLimits.CHARS_PER_STEP));
    }

    void allocateText(long chars) {
        allocate(OBJECT_BYTES + 2 * chars);
    }

    /** An operand failed and the evaluation goes on. */
    void failureAbsorbed() {
        steps(FAILURE_STEPS);
    }

    /** So much JSON became part of the result. */
    void result(long bytes) {
        resultBytesLeft -= bytes;
        if (resultBytesLeft < 0) {
            resultBytesLeft = -1;
            throw new LimitReached(
                    "the result is larger than " + ExpressionLimits.RESULT_BYTES_MAX / (1024 * 1024) + " MiB");
        }
    }

    /** Compiled once per evaluation, however often a loop comes by. */
    Pattern regex(String pattern) {
        Pattern known = regexes.get(pattern);
        if (known == null) {
            known = RegexBounds.compile(pattern, this);
            regexes.put(pattern, known);
        }
        return known;
    }

    private static LimitReached outOfSteps() {
        return new LimitReached("it takes more than " + ExpressionLimits.STEPS_MAX + " steps");
    }
}
