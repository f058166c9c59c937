package dev.capocomico.http.execution;

import dev.capocomico.engine.ExecutionAnswer;
import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.ProblemCode;
import dev.capocomico.model.execution.Refusal;

/** What an execution's no is in HTTP. */
public final class Refusals {
    /** Seconds until who was told to come again should. */
    static final String COME_AGAIN_AFTER = "1";

    private Refusals() {}

    public static Answer.Problem of(ExecutionAnswer.Refused refused) {
        Refusal refusal = refused.refusal();
        Answer.Problem problem = Answer.Problem.of(code(refusal.code()), refusal.message());
        return refusal.code() == Refusal.Code.FULL ? problem.with("Retry-After", COME_AGAIN_AFTER) : problem;
    }

    public static Answer.Problem of(ExecutionAnswer.Unavailable unavailable) {
        return Answer.Problem.of(ProblemCode.UNAVAILABLE, unavailable.reason()).with("Retry-After", COME_AGAIN_AFTER);
    }

    private static ProblemCode code(Refusal.Code code) {
        return switch (code) {
            case NOT_FOUND -> ProblemCode.NOT_FOUND;
            case ALREADY_STARTED -> ProblemCode.CONFLICT;
            case ENDED -> ProblemCode.ENDED;
            case WRONG_STATE, STALE_ATTEMPT -> ProblemCode.WRONG_STATE;
            case UNKNOWN_NAME -> ProblemCode.UNKNOWN_NAME;
            case FULL -> ProblemCode.FULL;
            case TOO_LARGE -> ProblemCode.TOO_LARGE;
            case QUARANTINED -> ProblemCode.QUARANTINED;
            case INTERNAL -> ProblemCode.INTERNAL_ERROR;
        };
    }
}
