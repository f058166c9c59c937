package dev.capocomico.model.execution;

/** Why a command changes nothing. */
public record Refusal(Code code, String message) {
    /** It may name what was asked for. */
    public Refusal {
        message = FreeText.bounded(message, FreeText.SENTENCE_MAX);
    }

    /** What kind of no it is. */
    public enum Code {
        /** The execution does not exist. */
        NOT_FOUND,
        /** It exists, with another input or workflow. */
        ALREADY_STARTED,
        /** It has ended. */
        ENDED,
        /** Not in this state. */
        WRONG_STATE,
        /** The workflow has no such task or signal. */
        UNKNOWN_NAME,
        /** The attempt is not the current one any more. */
        STALE_ATTEMPT,
        /** It would hold more than it may. */
        FULL,
        /** What it brings is more than an execution may ever hold. */
        TOO_LARGE,
        /** It cannot be recovered, and does nothing until it is released; see the reason. */
        QUARANTINED,
        /** A fault of this program, which has been logged. Nothing was changed. */
        INTERNAL
    }
}
