package dev.capocomico.language.expression;

/** The budget is spent. Unlike an {@link EvaluationFailure} nothing in an expression can absorb it. */
final class LimitReached extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String sentence;

    LimitReached(String sentence) {
        super(null, null, false, false);
        this.sentence = sentence;
    }

    String sentence() {
        return sentence;
    }
}
