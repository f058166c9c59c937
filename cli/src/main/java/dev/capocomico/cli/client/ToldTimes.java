package dev.capocomico.cli.client;

import dev.capocomico.model.history.HistoryEntry;
import dev.capocomico.model.history.TaskTimes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** When tasks were worked on, as the entries of a history tell it: the same that the journal's own chronicle knows. */
public final class ToldTimes {
    private final Map<String, TaskTimes> times = new HashMap<>();
    private final Set<String> stays = new HashSet<>();

    /** Null while nothing was told of the task. */
    public @Nullable TaskTimes of(String task) {
        return times.get(task);
    }

    /** What has happened next. */
    public void add(HistoryEntry entry) {
        String task = entry.task();
        switch (entry.event()) {
            case EXECUTION_RETRIED -> times.keySet().retainAll(stays);
            case ATTEMPT_STARTED -> began(entry, task, 1);
            case TASK_WAITING, TASK_SLEEPING -> began(entry, task, 0);
            case ATTEMPT_FAILED, ELEMENT_FAILED, ELEMENT_COMPLETED -> worked(entry, task);
            case TASK_COMPLETED, TASK_SKIPPED -> {
                over(entry, task);
                stays.add(String.valueOf(task));
            }
            case TASK_FAILED, TASK_TIMED_OUT, TASK_CANCELLED -> over(entry, task);
            case UNDONE, UNDO_FAILED -> stays.remove(String.valueOf(task));
            case EXECUTION_STARTED,
                    EXECUTION_PAUSED,
                    EXECUTION_RESUMED,
                    EXECUTION_ENDING,
                    COMPENSATION_STARTED,
                    EXECUTION_COMPLETED,
                    EXECUTION_FAILED,
                    EXECUTION_CANCELLED,
                    EXECUTION_TIMED_OUT,
                    TASK_FANNED_OUT,
                    TASK_CANCEL_REQUESTED,
                    ATTEMPT_LOST,
                    ATTEMPT_HANDED_BACK,
                    ITERATION_COMPLETED,
                    DELAY_OVER,
                    UNDO_STARTED,
                    UNDO_ATTEMPT_FAILED,
                    UNDO_ATTEMPT_LOST,
                    UNDO_ATTEMPT_HANDED_BACK,
                    UNDO_DELAY_OVER,
                    SIGNAL_RECEIVED,
                    EVENT_RECEIVED -> {}
        }
    }

    private void began(HistoryEntry entry, @Nullable String task, int attempts) {
        times.merge(
                String.valueOf(task),
                new TaskTimes(entry.atMillis(), null, attempts, null, null),
                (known, now) -> new TaskTimes(
                        known.startedAtMillis(),
                        null,
                        known.attempts() + attempts,
                        known.agent(),
                        known.lastFailure()));
    }

    private void worked(HistoryEntry entry, @Nullable String task) {
        times.computeIfPresent(
                String.valueOf(task),
                (id, known) -> new TaskTimes(
                        known.startedAtMillis(),
                        known.endedAtMillis(),
                        known.attempts(),
                        entry.agent(),
                        entry.cause()));
    }

    private void over(HistoryEntry entry, @Nullable String task) {
        times.merge(
                String.valueOf(task),
                new TaskTimes(entry.atMillis(), entry.atMillis(), 0, entry.agent(), entry.cause()),
                (known, now) -> new TaskTimes(
                        known.startedAtMillis(),
                        entry.atMillis(),
                        known.attempts(),
                        entry.agent() == null ? known.agent() : entry.agent(),
                        entry.cause()));
    }
}
