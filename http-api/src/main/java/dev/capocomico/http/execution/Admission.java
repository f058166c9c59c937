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

    /** How many of them may be one tenant's. */
    default int perTenantMax() {
        return Integer.MAX_VALUE;
    }

    /** How many of them are this tenant's. */
    default int active(String tenant) {
        return 0;
    }

    /** Why there is no room for another of this tenant; empty when there is. */
    default Optional<Answer.Problem> refusal(String tenant) {
        if (active() >= max()) {
            return Optional.of(full("%,d executions have work in flight, as many as may".formatted(max())));
        }
        return active(tenant) < perTenantMax()
                ? Optional.empty()
                : Optional.of(full("%,d executions of this tenant have work in flight, as many as may of one"
                        .formatted(perTenantMax())));
    }

    private static Answer.Problem full(String detail) {
        return Answer.Problem.of(ProblemCode.AT_CAPACITY, detail).with("Retry-After", Refusals.COME_AGAIN_AFTER);
    }
}
