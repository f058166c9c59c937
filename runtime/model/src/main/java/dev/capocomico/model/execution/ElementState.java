package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;

/** Where an element of a task, or an entry of what is to be undone, stands. */
sealed interface ElementState {
    /** Nothing was tried yet, in this generation. */
    record Fresh(int generation) implements ElementState {}

    /** Stands in line for its next attempt. */
    record Due(Progress progress) implements ElementState {}

    record Running(Progress progress, long fence, long sinceMillis) implements ElementState {}

    /** Waits before its next attempt. */
    record Resting(Progress progress, long untilMillis) implements ElementState {}

    record Done(Progress progress, JsonNode output) implements ElementState {}

    record Failed(Progress progress, Failure failure) implements ElementState {}

    /** Was done, and has been undone. */
    record Undone(int generation) implements ElementState {}
}
