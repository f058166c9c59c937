package dev.capocomico.http.execution;

import dev.capocomico.engine.Executions.Entry;
import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.ProblemCode;
import dev.capocomico.model.execution.ExecutionKey;
import java.util.Optional;
import java.util.OptionalInt;

/** Whether there is room for another execution. Thread-safe. */
public interface Admission {
    /** How many may have work in flight at once on this node. */
    int max();

    /** How many have, or are about to begin; parked ones do not count. */
    int active();

    /** How many of them may be one tenant's; empty when that has no limit of its own. */
    OptionalInt perTenantMax();

    /** How many of them are this tenant's. */
    int active(String tenant);

    /** What would come of {@link #enter} now. */
    Entry room(ExecutionKey key);

    /** Takes a place for an execution that is about to be begun. Who gets one calls {@link #entered} when it has answered, or will not. */
    Entry enter(ExecutionKey key);

    /** Gives the place back: an execution that has begun counts by itself. */
    void entered(ExecutionKey key);

    /** Why there is no room; empty when there is. */
    default Optional<Answer.Problem> refusal(Entry entry) {
        return switch (entry) {
            case ENTERED -> Optional.empty();
            case FULL -> Optional.of(full("%,d executions have work in flight, as many as may".formatted(max())));
            case FULL_FOR_TENANT ->
                Optional.of(full("%,d executions of this tenant have work in flight, as many as may of one"
                        .formatted(perTenantMax().orElse(max()))));
        };
    }

    private static Answer.Problem full(String detail) {
        return Answer.Problem.of(ProblemCode.AT_CAPACITY, detail).with("Retry-After", Refusals.COME_AGAIN_AFTER);
    }
}
