package dev.capocomico.model.execution;

import org.jspecify.annotations.Nullable;

/**
 * Where one task stands, for people and programs that look on.
 *
 * @param attempt of the attempt under way, or the last one; 0 when none was made, or the task is over. Of a fan-out the highest
 * @param elements null unless the task has fanned out
 * @param nextAttemptAtMillis when the next attempt is due that waits for its time; null when none does
 * @param waitsFor what is not an attempt and must come first: a signal, an event, a child, a time; null when nothing is missing
 * @param failure why the task failed; null unless it did
 * @param undoing null unless something of the task is, or was, to be undone
 */
public record TaskView(
        int task,
        String id,
        TaskStatus status,
        int attempt,
        @Nullable ElementCounts elements,
        @Nullable Long nextAttemptAtMillis,
        @Nullable Waiting waitsFor,
        @Nullable Failure failure,
        @Nullable UndoCounts undoing) {

    /**
     * How the elements of a fan-out stand; those that are in none of these wait for their turn.
     *
     * @param waiting between two attempts
     */
    public record ElementCounts(int of, int completed, int running, int waiting, int failed) {}

    /** How much of a task is to be undone, and how far that has come. */
    public record UndoCounts(int of, int undone, int running, int failed) {}
}
