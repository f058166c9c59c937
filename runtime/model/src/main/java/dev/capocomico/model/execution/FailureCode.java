package dev.capocomico.model.execution;

import java.util.Set;

/** Codes of failures that the runtime itself finds; agents add codes of their own. */
public final class FailureCode {
    public static final String EXPRESSION_ERROR = "EXPRESSION_ERROR";
    public static final String REPEAT_EXHAUSTED = "REPEAT_EXHAUSTED";
    public static final String OUTPUT_MISFIT = "OUTPUT_MISFIT";
    public static final String TIMEOUT = "TIMEOUT";
    public static final String ATTEMPT_LOST = "ATTEMPT_LOST";
    public static final String CANCELLED = "CANCELLED";
    public static final String TOO_MANY_ITEMS = "TOO_MANY_ITEMS";
    public static final String INPUT_TOO_LARGE = "INPUT_TOO_LARGE";
    public static final String OUTPUT_TOO_LARGE = "OUTPUT_TOO_LARGE";
    /** The execution would hold more bytes of values than it may. */
    public static final String STATE_TOO_LARGE = "STATE_TOO_LARGE";
    /** A large value that is needed is not kept any more, or is damaged. */
    public static final String VALUE_LOST = "VALUE_LOST";
    /** A fault of this program: how the attempt ended could not be taken in. */
    public static final String INTERNAL = "INTERNAL";
    /** What stands for the agent broke while the agent was at work. */
    public static final String AGENT_BROKE = "AGENT_BROKE";

    /** Children of children were nested deeper than the budget allows. */
    public static final String DEPTH_EXCEEDED = "DEPTH_EXCEEDED";

    /** There is no workflow of that name and version to begin a child with. */
    public static final String WORKFLOW_NOT_FOUND = "WORKFLOW_NOT_FOUND";
    /** The input of a child does not fit the schema of its workflow. */
    public static final String INPUT_MISFIT = "INPUT_MISFIT";
    /** The workflow of a child uses something that this program cannot execute yet. */
    public static final String NOT_EXECUTABLE = "NOT_EXECUTABLE";
    /** Somebody else uses the id of a child. */
    public static final String CHILD_REFUSED = "CHILD_REFUSED";

    public static final String EXECUTION_TIMEOUT = "EXECUTION_TIMEOUT";
    public static final String COMPENSATION_TIMEOUT = "COMPENSATION_TIMEOUT";

    private static final Set<String> UNKNOWN_OUTCOME = Set.of(TIMEOUT, ATTEMPT_LOST, CANCELLED, AGENT_BROKE, INTERNAL);

    /** A child had completed, and its output is not kept any more. */
    public static final String OUTPUT_REMOVED = "OUTPUT_REMOVED";

    private FailureCode() {}

    /** Whether the agent may have done the work all the same, so that it must be undone as if it had. */
    static boolean leavesOutcomeUnknown(String code) {
        return UNKNOWN_OUTCOME.contains(code);
    }
}
