package dev.capocomico.model.execution;

import org.jspecify.annotations.Nullable;

/** Finds the state of a target, and what it has in common with others. */
final class Elements {
    private Elements() {}

    /** Null when the task has not come so far that its element has a state. */
    static @Nullable ElementState of(@Nullable TaskState task, int element) {
        return switch (task) {
            case TaskState.Single single -> element == 0 ? single.element() : null;
            case TaskState.Fan fan ->
                element >= 0 && element < fan.count() ? fan.elements().get(element) : null;
            case TaskState.Blocked blocked -> null;
            case TaskState.Ready ready -> null;
            case TaskState.AwaitingEvent waiting -> null;
            case TaskState.AwaitingSignal waiting -> null;
            case TaskState.Sleeping sleeping -> null;
            case TaskState.Over over -> null;
            case null -> null;
        };
    }

    static @Nullable ElementState of(@Nullable Undoing undoing, int entry) {
        return undoing != null && entry >= 0 && entry < undoing.entries().size()
                ? undoing.states().get(entry)
                : null;
    }

    /** Whether it was tried and has not ended. */
    static boolean active(@Nullable ElementState state) {
        return state instanceof ElementState.Running || waits(state);
    }

    /** Whether it was tried, does not run, and would be tried again. */
    static boolean waits(@Nullable ElementState state) {
        return state instanceof ElementState.Due || state instanceof ElementState.Resting;
    }

    static boolean fresh(@Nullable ElementState state) {
        return state == null || state instanceof ElementState.Fresh;
    }

    static boolean over(@Nullable ElementState state) {
        return state instanceof ElementState.Done || state instanceof ElementState.Failed;
    }

    static Progress progress(@Nullable ElementState state) {
        return switch (state) {
            case ElementState.Fresh fresh -> Progress.fresh(fresh.generation());
            case ElementState.Due due -> due.progress();
            case ElementState.Running running -> running.progress();
            case ElementState.Resting resting -> resting.progress();
            case ElementState.Done done -> done.progress();
            case ElementState.Failed failed -> failed.progress();
            case null -> Progress.fresh(0);
        };
    }
}
