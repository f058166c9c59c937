package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.capocomico.model.collection.Chunks;
import dev.capocomico.model.collection.Fifo;
import org.jspecify.annotations.Nullable;

/** Where a task stands. A task that nothing has happened to has no state at all. */
public sealed interface TaskState {
    /** How often the task was brought back after it had been undone; part of its idempotency keys. */
    int generation();

    /** The event that the task has taken. */
    default @Nullable Taken event() {
        return null;
    }

    /** What the task has fanned out into, wherever it stands by now. */
    default @Nullable Fan fan() {
        return null;
    }

    static int generationOf(@Nullable TaskState state) {
        return state == null ? 0 : state.generation();
    }

    static @Nullable Taken eventOf(@Nullable TaskState state) {
        return state == null ? null : state.event();
    }

    static @Nullable Fan fanOf(@Nullable TaskState state) {
        return state == null ? null : state.fan();
    }

    /** The event that a task has taken. */
    record Taken(String id, JsonNode payload) {}

    /**
     * It waits for others.
     *
     * @param remaining dependencies that are not done
     * @param fan a fan-out of which some elements are done: it was begun before a retry, and goes on as it was
     */
    record Blocked(int remaining, int generation, @Nullable Fan fan) implements TaskState {}

    /** Stands in line to be started. */
    record Ready(int generation, @Nullable Taken event) implements TaskState {}

    record AwaitingEvent(int generation, long deadlineMillis) implements TaskState {}

    record AwaitingSignal(int generation, @Nullable Taken event, long deadlineMillis) implements TaskState {}

    record Sleeping(int generation, @Nullable Taken event, long untilMillis) implements TaskState {}

    /** A task without fan-out that has been started. */
    record Single(ElementState element, @Nullable Taken event) implements TaskState {
        @Override
        public int generation() {
            return Elements.progress(element).generation();
        }
    }

    /**
     * A task with fan-out that has been started.
     *
     * @param items null for {@code parallel}
     * @param generation of elements that have no state of their own
     * @param next the first element that was not tried
     * @param again elements that were tried, and are to be tried again now
     * @param running elements that run
     * @param ended elements that are done or failed
     * @param queued whether the task stands in line to start more elements
     * @param stopped no element starts any more
     * @param failure the first one
     */
    record Fan(
            @Nullable ArrayNode items,
            Chunks<ElementState> elements,
            int generation,
            int next,
            Fifo<Integer> again,
            int running,
            int ended,
            boolean queued,
            boolean stopped,
            @Nullable Failure failure,
            @Nullable Taken event)
            implements TaskState {

        static Fan begun(
                @Nullable ArrayNode items, Chunks<ElementState> elements, int generation, @Nullable Taken event) {
            int ended = 0;
            for (int element = 0; element < elements.size(); element++) {
                ended += count(Elements.over(elements.get(element)));
            }
            int next = firstFresh(elements, 0);
            return new Fan(items, elements, generation, next, Fifo.empty(), 0, ended, false, false, null, event);
        }

        @Override
        public Fan fan() {
            return this;
        }

        int count() {
            return elements.size();
        }

        /** Whether there is an element to start, if there is a slot for it. */
        boolean hasMore() {
            return !stopped && (!again.isEmpty() || next < count());
        }

        /** Those that were tried before come first: they have waited longest. */
        int nextToStart() {
            Integer first = again.peek();
            return first == null ? next : first;
        }

        Fan with(int element, ElementState state) {
            ElementState before = elements.get(element);
            var edited = elements.edit();
            edited.set(element, state);
            Chunks<ElementState> after = edited.freeze();
            int started = count(state instanceof ElementState.Running) - count(before instanceof ElementState.Running);
            int over = count(Elements.over(state)) - count(Elements.over(before));
            return new Fan(
                    items,
                    after,
                    generation,
                    firstFresh(after, next),
                    againWith(element, state),
                    running + started,
                    ended + over,
                    queued,
                    stopped,
                    failure,
                    event);
        }

        private Fifo<Integer> againWith(int element, ElementState state) {
            if (state instanceof ElementState.Due) {
                return again.add(element);
            }
            Integer first = again.peek();
            return first != null && first == element ? again.rest() : again;
        }

        Fan queued(boolean now) {
            return new Fan(items, elements, generation, next, again, running, ended, now, stopped, failure, event);
        }

        /** The first failure is the one that is told. */
        Fan failed(Failure cause, boolean stops) {
            return new Fan(
                    items,
                    elements,
                    generation,
                    next,
                    again,
                    running,
                    ended,
                    queued,
                    stopped || stops,
                    failure == null ? cause : failure,
                    event);
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
     * @param fan for what is undone or retried later
     */
    record Over(
            TaskStatus status,
            JsonNode output,
            @Nullable Failure failure,
            int generation,
            @Nullable Fan fan,
            @Nullable Taken event)
            implements TaskState {}
}
