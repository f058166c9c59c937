package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** Where an element of a task, or an entry of what is to be undone, stands. */
public sealed interface ElementState {
    /** Nothing was tried yet, in this generation. */
    record Fresh(int generation) implements ElementState {}

    /** Stands in line for its next attempt. */
    record Due(Progress progress) implements ElementState {}

    /**
     * An attempt is under way.
     *
     * @param begun whether its target was lost before and an agent has begun with it; of others it is not known
     * @param stopByMillis null unless it was told to stop because its task was cancelled; then how long it is waited for,
     *     {@link ExecutionState#NEVER} as long as it takes
     */
    record Running(
            Progress progress,
            long fence,
            long sinceMillis,
            boolean begun,
            @Nullable Long stopByMillis) implements ElementState {
        Running toldToStop(long stopByMillis) {
            return new Running(progress, fence, sinceMillis, begun, stopByMillis);
        }

        Running withAgent() {
            return new Running(progress, fence, sinceMillis, true, stopByMillis);
        }

        boolean toldToStop() {
            return stopByMillis != null;
        }
    }

    /** Waits before its next attempt. */
    record Resting(Progress progress, long untilMillis) implements ElementState {}

    record Done(Progress progress, JsonNode output) implements ElementState {}

    record Failed(Progress progress, Failure failure) implements ElementState {}
}
