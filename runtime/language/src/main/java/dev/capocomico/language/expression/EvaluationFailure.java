package dev.capocomico.language.expression;

import java.util.function.Supplier;

/**
 * An expression has no value for what it was given. As CEL has it, {@code &&}, {@code ||} and the macros built on them go
 * on when the other side decides.
 */
final class EvaluationFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    // Written out only when somebody reads it: most failures inside a loop are absorbed.
    private final transient Supplier<String> sentence;

    EvaluationFailure(Supplier<String> sentence) {
        super(null, null, false, false);
        this.sentence = sentence;
    }

    EvaluationFailure(String sentence) {
        this(() -> sentence);
    }

    String sentence() {
        return sentence.get();
    }
}
