package dev.capocomico.model.execution;

/** Codes of failures that the runtime itself finds; agents add codes of their own. */
public final class FailureCode {
    public static final String EXPRESSION_ERROR = "EXPRESSION_ERROR";
    public static final String REPEAT_EXHAUSTED = "REPEAT_EXHAUSTED";
    public static final String OUTPUT_MISFIT = "OUTPUT_MISFIT";
    public static final String TIMEOUT = "TIMEOUT";
    public static final String ATTEMPT_LOST = "ATTEMPT_LOST";
    public static final String CANCELLED = "CANCELLED";
    public static final String TOO_MANY_ITEMS = "TOO_MANY_ITEMS";
    public static final String EXECUTION_TIMEOUT = "EXECUTION_TIMEOUT";
    public static final String COMPENSATION_TIMEOUT = "COMPENSATION_TIMEOUT";

    private FailureCode() {}

    /** Whether the agent may have done the work all the same, so that it must be undone as if it had. */
    static boolean leavesOutcomeUnknown(String code) {
        return code.equals(TIMEOUT) || code.equals(ATTEMPT_LOST) || code.equals(CANCELLED);
    }
}
