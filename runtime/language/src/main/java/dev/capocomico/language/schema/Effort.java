package dev.capocomico.language.schema;

import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.ExecutionContext;

/**
 * What it takes to hold one value against one schema, and an end to it. A schema can be small and ask for ever (a reference in a
 * circle), or for so long that it is no different (alternatives whose alternatives are the next ones): what asks for more than the
 * bounds has no answer.
 */
final class Effort extends ExecutionContext {
    /** Keywords that are looked at; a value of 8 MiB that a reasonable schema describes needs some millions. */
    static final int KEYWORDS_MAX = 20_000_000;

    /** Schemas inside each other. A stack of 1 MiB, as threads have it, holds two thousand at least. */
    static final int DEPTH_MAX = 1_200;

    private int keywords;

    Effort(ExecutionConfig config) {
        super(config);
    }

    /** The value cannot be held against the schema within the bounds. */
    static final class TooMuch extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooMuch(String message) {
            super(message, null, false, false);
        }
    }

    @Override
    public void evaluationPathAddLast(String keyword) {
        spend();
        super.evaluationPathAddLast(keyword);
    }

    @Override
    public void evaluationPathAddLast(int index) {
        spend();
        super.evaluationPathAddLast(index);
    }

    private void spend() {
        if (++keywords > KEYWORDS_MAX) {
            throw new TooMuch(
                    "to hold it against the schema takes more than %,d steps; give the schema fewer alternatives"
                            .formatted(KEYWORDS_MAX));
        }
        if (getEvaluationSchema().size() > DEPTH_MAX) {
            throw new TooMuch("to hold it against the schema leads through more than %,d schemas inside each other"
                    .formatted(DEPTH_MAX));
        }
    }
}
