package dev.capocomico.model.execution;

import dev.capocomico.model.plan.Plan;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where an execution stands, for people and programs that look on.
 *
 * @param phase the earliest level of the plan that has a task which is not over; null once there is none, or the execution has
 *     ended
 * @param tasks in the order of the definition
 * @param ending how it ended, or is known to end
 */
public record ExecutionView(
        ExecutionStatus status,
        @Nullable Phase phase,
        List<TaskView> tasks,
        @Nullable Ending ending) {

    public ExecutionView {
        tasks = List.copyOf(tasks);
    }

    /** A level of the plan, and those of its tasks that run. */
    public record Phase(int level, List<String> running) {
        public Phase {
            running = List.copyOf(running);
        }
    }

    /**
     * The view of a state.
     *
     * @param hasAgent which of the attempts that were dispatched an agent is working on; the others stand in its queue
     */
    public static ExecutionView of(Plan plan, ExecutionState state, Predicate<AttemptKey> hasAgent) {
        return new Viewing(plan, state, hasAgent).view();
    }
}
