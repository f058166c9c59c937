package dev.capocomico.model.history;

import dev.capocomico.model.execution.Failure;
import org.jspecify.annotations.Nullable;

/**
 * When a task was worked on.
 *
 * @param startedAtMillis when its first attempt, or its wait, began
 * @param endedAtMillis null while it is not over
 * @param attempts begun so far; of a fan-out, those of all elements together
 * @param lastFailure of an attempt that failed; null when none has, or the task has completed since
 */
public record TaskTimes(
        long startedAtMillis,
        @Nullable Long endedAtMillis,
        int attempts,
        @Nullable String agent,
        @Nullable Failure lastFailure) {}
