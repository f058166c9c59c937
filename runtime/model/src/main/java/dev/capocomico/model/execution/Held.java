package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.value.Measure;
import dev.capocomico.model.value.Reference;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes of values a state holds. The input, outputs, signals that wait and events count as a whole, wherever they are kept. Lists of
 * fan-outs and inputs of attempts are made of those: of them no more counts than a state has of a value. Inputs are counted apart, because
 * they go with their attempts: they keep others from starting, and never an output from being taken.
 */
final class Held {
    /** A value that is larger is kept beside the state. */
    private static final long MADE_BYTES_MAX = 16 * 1024;

    private Held() {}

    static long by(@Nullable JsonNode value) {
        return value == null || value.isNull() ? 0 : Measure.size(value);
    }

    private static long made(@Nullable JsonNode value) {
        return Math.min(by(value), MADE_BYTES_MAX);
    }

    static long by(@Nullable ElementState element) {
        if (element == null || element instanceof ElementState.Fresh) {
            return 0;
        }
        Progress progress = Elements.progress(element);
        long output = element instanceof ElementState.Done done ? by(done.output()) : 0;
        return output + by(progress.previous());
    }

    static long inputOf(@Nullable ElementState element) {
        return element == null || element instanceof ElementState.Fresh
                ? 0
                : made(Elements.progress(element).input());
    }

    /** Of a task that has not fanned out. */
    static long inputOf(@Nullable TaskState task) {
        return task instanceof TaskState.Single single ? inputOf(single.element()) : 0;
    }

    /** By a task without the elements that it has fanned out into. */
    static long by(@Nullable TaskState task) {
        if (task == null) {
            return 0;
        }
        TaskState.Fan fan = task.fan();
        TaskState.Taken event = fan == null ? task.event() : fan.event();
        long held = (event == null ? 0 : by(event.payload())) + (fan == null ? 0 : items(fan));
        return switch (task) {
            case TaskState.Single single -> held + by(single.element());
            // The output of a fan-out consists of those of its elements.
            case TaskState.Over over -> fan == null ? held + by(over.output()) : held;
            case TaskState.Blocked blocked -> held;
            case TaskState.Ready ready -> held;
            case TaskState.AwaitingEvent waiting -> held;
            case TaskState.AwaitingSignal waiting -> held;
            case TaskState.Sleeping sleeping -> held;
            case TaskState.Fan begun -> held;
        };
    }

    private static long items(TaskState.Fan fan) {
        return fan.items() == null ? 0 : made(Reference.fromList(fan.items()));
    }

    /** By everything, found by looking at everything: for a retry, which lets go of much at once. */
    static long by(Draft draft) {
        long held = draft.started == null ? 0 : by(draft.started.input());
        for (var early : draft.signals.early().values()) {
            for (JsonNode payload : early.toList()) {
                held += by(payload);
            }
        }
        for (int task = 0; task < draft.tasks.size(); task++) {
            TaskState state = draft.tasks.get(task);
            held += by(state);
            TaskState.Fan fan = TaskState.fanOf(state);
            for (int element = 0; fan != null && element < fan.count(); element++) {
                held += by(fan.elements().get(element));
            }
        }
        for (int entry = 0;
                draft.undoing != null && entry < draft.undoing.entries().size();
                entry++) {
            held += by(draft.undoing.states().get(entry));
        }
        return held;
    }

    /** By inputs of all attempts, found in the same way. */
    static long inputsOf(Draft draft) {
        long held = 0;
        for (int task = 0; task < draft.tasks.size(); task++) {
            TaskState state = draft.tasks.get(task);
            held += inputOf(state);
            TaskState.Fan fan = TaskState.fanOf(state);
            for (int element = 0; fan != null && element < fan.count(); element++) {
                held += inputOf(fan.elements().get(element));
            }
        }
        for (int entry = 0;
                draft.undoing != null && entry < draft.undoing.entries().size();
                entry++) {
            held += inputOf(draft.undoing.states().get(entry));
        }
        return held;
    }
}
