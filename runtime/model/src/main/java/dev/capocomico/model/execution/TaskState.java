package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.capocomico.model.collection.Chunks;
import org.jspecify.annotations.Nullable;

/** Where a task stands. A task that nothing has happened to has no state at all. */
sealed interface TaskState {
    /** The event that a task has taken. */
    record Taken(String id, JsonNode payload) {}

    /**
     * It waits for others.
     *
     * @param remaining dependencies that are not done
     */
    record Blocked(int remaining, int generation) implements TaskState {}

    /** Stands in line to be started. */
    record Ready(int generation, @Nullable Taken event) implements TaskState {}

    record AwaitingEvent(int generation, long deadlineMillis) implements TaskState {}

    record AwaitingSignal(int generation, long deadlineMillis) implements TaskState {}

    record Sleeping(long untilMillis) implements TaskState {}

    /** A task without fan-out that has been started. */
    record Single(ElementState element, @Nullable Taken event) implements TaskState {}

    /**
     * A task with fan-out that has been started.
     *
     * @param items null for {@code parallel}
     * @param next the first element that was not tried
     * @param running elements that are neither fresh nor ended
     * @param ended elements that are done or failed
     * @param queued whether the task stands in line to start more elements
     * @param failure of the element that stopped the others
     */
    record Fan(
            @Nullable ArrayNode items,
            Chunks<ElementState> elements,
            int next,
            int running,
            int ended,
            boolean queued,
            @Nullable Failure failure,
            boolean someFailed,
            @Nullable Taken event)
            implements TaskState {
        int count() {
            return elements.size();
        }

        Fan with(int element, ElementState state) {
            ElementState before = elements.get(element);
            var edited = elements.edit();
            edited.set(element, state);
            Chunks<ElementState> after = edited.freeze();
            int active = count(Elements.active(state)) - count(Elements.active(before));
            int over = count(Elements.over(state)) - count(Elements.over(before));
            return new Fan(
                    items,
                    after,
                    firstFresh(after, next),
                    running + active,
                    ended + over,
                    queued,
                    failure,
                    someFailed,
                    event);
        }

        Fan queued(boolean now) {
            return new Fan(items, elements, next, running, ended, now, failure, someFailed, event);
        }

        Fan withSomeFailed() {
            return new Fan(items, elements, next, running, ended, queued, failure, true, event);
        }

        /** The first failure is the one that is told. */
        Fan stoppedBy(Failure cause) {
            Failure first = failure == null ? cause : failure;
            return new Fan(items, elements, next, running, ended, queued, first, someFailed, event);
        }

        private static int count(boolean one) {
            return one ? 1 : 0;
        }

        private static int firstFresh(Chunks<ElementState> elements, int from) {
            int next = from;
            while (next < elements.size() && !Elements.fresh(elements.get(next))) {
                next++;
            }
            return next;
        }
    }

    /**
     * Nothing more will happen to it, unless it is undone or retried.
     *
     * @param elements of a fan-out, for what is undone or retried later
     */
    record Over(
            TaskStatus status,
            JsonNode output,
            @Nullable Failure failure,
            int generation,
            @Nullable ArrayNode items,
            @Nullable Chunks<ElementState> elements,
            @Nullable Taken event)
            implements TaskState {}
}
