package dev.capocomico.http.execution;

import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.ProblemCode;
import java.util.Optional;

/** Whether there is room for another execution. */
public interface Admission {
    /** For a server that has no limit. */
    Admission UNLIMITED = new Admission() {
        @Override
        public int max() {
            return Integer.MAX_VALUE;
        }

        @Override
        public int active() {
            return 0;
        }
    };

    /** How many may have work in flight at once on this node. */
    int max();

    /** How many have; parked ones do not count. */
    int active();

    default Optional<Answer.Problem> refusal() {
        return active() < max()
                ? Optional.empty()
                : Optional.of(Answer.Problem.of(
                                ProblemCode.AT_CAPACITY,
                                "%,d executions have work in flight, as many as may".formatted(max()))
                        .with("Retry-After", Refusals.COME_AGAIN_AFTER));
    }
}
