package dev.capocomico.model.history;

import dev.capocomico.model.definition.Compensation;
import dev.capocomico.model.definition.EventWait;
import dev.capocomico.model.definition.Task;
import dev.capocomico.model.plan.Plan;
import org.jspecify.annotations.Nullable;

/** Says in a line what has happened. */
final class Sentences {
    private final Plan plan;

    Sentences(Plan plan) {
        this.plan = plan;
    }

    String of(EntryDraft draft, long atMillis) {
        return switch (draft.event) {
            case EXECUTION_STARTED -> "execution started" + by(draft);
            case EXECUTION_PAUSED -> "execution paused" + by(draft);
            case EXECUTION_RESUMED -> "execution resumed" + by(draft);
            case EXECUTION_RETRIED -> (draft.by == null ? "execution retried" : draft.by + " retried the execution");
            case EXECUTION_ENDING -> "execution will not complete" + by(draft) + blamed(draft) + cause(draft);
            case COMPENSATION_STARTED -> "compensation started: what completed is undone";
            case EXECUTION_COMPLETED -> "execution completed" + took(draft, atMillis);
            case EXECUTION_FAILED -> "execution failed" + took(draft, atMillis) + blamed(draft) + cause(draft);
            case EXECUTION_CANCELLED -> "execution was cancelled" + cause(draft);
            case EXECUTION_TIMED_OUT -> "execution timed out" + took(draft, atMillis) + cause(draft);
            case TASK_FANNED_OUT -> id(draft) + ": fans out into " + draft.count;
            case TASK_WAITING -> id(draft) + ": waits for " + awaited(draft) + atMost(draft, atMillis);
            case TASK_SLEEPING -> id(draft) + ": sleeps" + duration(draft.untilMillis, atMillis, " for ");
            case TASK_CANCEL_REQUESTED -> id(draft) + ": cancellation requested" + by(draft);
            case TASK_COMPLETED -> id(draft) + ": completed" + took(draft, atMillis) + after(draft);
            case TASK_SKIPPED -> id(draft) + ": skipped, its condition is false";
            case TASK_FAILED -> id(draft) + ": failed for good" + after(draft) + cause(draft);
            case TASK_TIMED_OUT -> id(draft) + ": timed out for good" + after(draft) + cause(draft);
            case TASK_CANCELLED -> id(draft) + ": cancelled" + cause(draft);
            case ELEMENT_COMPLETED -> id(draft) + ": completed" + took(draft, atMillis) + after(draft);
            case ELEMENT_FAILED -> id(draft) + ": failed for good" + after(draft) + cause(draft);
            case ATTEMPT_STARTED -> id(draft) + ": " + attempt(draft) + " started";
            case ATTEMPT_FAILED -> id(draft) + ": " + attempt(draft) + " failed" + next(draft, atMillis) + cause(draft);
            case ATTEMPT_LOST -> id(draft) + ": " + attempt(draft) + " was interrupted by a restart; starting again";
            case ATTEMPT_HANDED_BACK ->
                id(draft) + ": " + attempt(draft) + " was handed back when its server stopped; starting again";
            case ITERATION_COMPLETED -> id(draft) + ": the condition to end is not met yet" + next(draft, atMillis);
            case DELAY_OVER -> id(draft) + ": the delay is over";
            case UNDO_STARTED -> id(draft) + ": undoing it with " + compensation(draft) + again(draft);
            case UNDO_ATTEMPT_FAILED -> id(draft) + ": undoing it failed" + next(draft, atMillis) + cause(draft);
            case UNDO_ATTEMPT_LOST -> id(draft) + ": undoing it was interrupted by a restart; starting again";
            case UNDO_ATTEMPT_HANDED_BACK ->
                id(draft) + ": undoing it was handed back when its server stopped; starting again";
            case UNDO_DELAY_OVER -> id(draft) + ": the delay before undoing it again is over";
            case UNDONE -> id(draft) + ": undone" + took(draft, atMillis);
            case UNDO_FAILED -> id(draft) + ": could not be undone" + cause(draft);
            case SIGNAL_RECEIVED -> "signal \"" + draft.name + "\" received" + by(draft);
            case EVENT_RECEIVED -> id(draft) + ": its event has come";
        };
    }

    private String id(EntryDraft draft) {
        String task = draft.task == null ? "execution" : plan.graph().id(draft.task);
        return draft.element == null ? task : task + "[" + draft.element + "]";
    }

    private static String by(EntryDraft draft) {
        return draft.by == null ? "" : " by " + draft.by;
    }

    private String blamed(EntryDraft draft) {
        return draft.task == null ? "" : ", because of " + plan.graph().id(draft.task);
    }

    private static String cause(EntryDraft draft) {
        return draft.cause == null ? "" : ": " + draft.cause.message().strip() + " (" + draft.cause.code() + ")";
    }

    private static String attempt(EntryDraft draft) {
        return "attempt " + (draft.attempt == null ? 1 : draft.attempt);
    }

    private static String again(EntryDraft draft) {
        return draft.attempt == null || draft.attempt == 1 ? "" : ", attempt " + draft.attempt;
    }

    private static String after(EntryDraft draft) {
        return draft.attempt == null || draft.attempt == 1 ? "" : " after " + draft.attempt + " attempts";
    }

    private static String next(EntryDraft draft, long atMillis) {
        return draft.nextAtMillis == null || draft.nextAtMillis <= atMillis
                ? ", again now"
                : duration(draft.nextAtMillis, atMillis, ", again in ");
    }

    private static String took(EntryDraft draft, long atMillis) {
        return draft.sinceMillis == null ? "" : duration(atMillis, draft.sinceMillis, " in ");
    }

    private static String atMost(EntryDraft draft, long atMillis) {
        return duration(draft.untilMillis, atMillis, ", at most ");
    }

    private static String duration(@Nullable Long toMillis, long fromMillis, String before) {
        return toMillis == null ? "" : before + Elapsed.words(Math.max(0, toMillis - fromMillis));
    }

    private String awaited(EntryDraft draft) {
        if (draft.name != null) {
            return "the signal \"" + draft.name + "\"";
        }
        Task task = task(draft);
        EventWait event = task == null ? null : task.onEvent();
        return "an event of " + (event == null ? "no topic" : event.topic());
    }

    private String compensation(EntryDraft draft) {
        Task task = task(draft);
        Compensation compensation = task == null ? null : task.compensation();
        return compensation == null ? "its compensation" : compensation.action();
    }

    private @Nullable Task task(EntryDraft draft) {
        return draft.task == null ? null : plan.definition().tasks().get(draft.task);
    }
}
