package dev.capocomico.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.execution.AttemptKey;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.ExecutionStatus;
import dev.capocomico.model.execution.Refusal;
import dev.capocomico.model.plan.Plan;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an execution answers. */
public sealed interface ExecutionAnswer {
    /** What was asked for is done, and in the journal. */
    record Accepted(ExecutionStatus status) implements ExecutionAnswer {}

    /** What was asked for changes nothing, and never did. */
    record Refused(Refusal refusal) implements ExecutionAnswer {}

    /**
     * The execution is over.
     *
     * @param task whose failure it was; null when no task is to blame
     * @param output of an execution that completed; null when it did not, and when its history is gone and the output with it
     *     because it was large
     */
    record Ended(
            Ending ending, @Nullable String task, @Nullable JsonNode output) implements ExecutionAnswer {
        /** Of an execution that has ended. */
        public static Ended of(Plan plan, ExecutionState state) {
            Ending ending = state.ending();
            if (ending == null) {
                throw new IllegalStateException("an execution that is " + state.status() + " has not ended");
            }
            String task = ending.task() == null ? null : plan.graph().id(ending.task());
            return new Ended(ending, task, state.output());
        }
    }

    /**
     * Where it stands.
     *
     * @param working the attempts that an agent has now; the others that were dispatched wait for one
     */
    record Standing(Plan plan, ExecutionState state, Set<AttemptKey> working) implements ExecutionAnswer {
        public Standing {
            working = Set.copyOf(working);
        }
    }

    /**
     * It has ended so long ago that only this is left of it. The parts are those of {@link Ended}.
     *
     * @param planDigest what it was started with
     */
    record Archived(
            String planDigest,
            Ending ending,
            @Nullable String task,
            @Nullable JsonNode output) implements ExecutionAnswer {
        public Ended end() {
            return new Ended(ending, task, output);
        }

        public ExecutionStatus status() {
            return ending.kind().status();
        }
    }

    /**
     * It cannot be said or done now; later it may be.
     *
     * @param mayBeDone whether it was being written when the database was lost, so that nobody knows whether it was done; if
     *     not, it was not
     */
    record Unavailable(String reason, boolean mayBeDone) implements ExecutionAnswer {
        public Unavailable(String reason) {
            this(reason, false);
        }
    }
}
