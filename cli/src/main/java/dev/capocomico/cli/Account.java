package dev.capocomico.cli;

import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.ExecutionView;
import dev.capocomico.model.execution.TaskStatus;
import dev.capocomico.model.execution.TaskView;
import dev.capocomico.model.history.Chronicle;
import dev.capocomico.model.history.TaskTimes;
import dev.capocomico.model.plan.Plan;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an execution at a moment, from whomever it is known: a node of this program, a data directory, or a server.
 *
 * @param plan its order is that in which tasks are shown
 * @param updatedAtMillis when the last thing has happened to it
 * @param times by task; null while nothing was done for one
 */
record Account(
        Plan plan,
        ExecutionView view,
        long startedAtMillis,
        long updatedAtMillis,
        IntFunction<@Nullable TaskTimes> times) {

    static Account of(Plan plan, ExecutionView view, Chronicle chronicle) {
        return new Account(
                plan, view, chronicle.startedAtMillis(), chronicle.state().atMillis(), chronicle::times);
    }

    boolean hasEnded() {
        return view.status().isEnd();
    }

    @Nullable TaskTimes times(TaskView task) {
        return times.apply(task.task());
    }

    /** Why it did not complete; empty unless it has ended so. */
    Optional<String> failure(String executionId) {
        Ending ending = view.ending();
        if (!hasEnded() || ending == null || ending.kind() == Ending.Kind.COMPLETED) {
            return Optional.empty();
        }
        String task = ending.task() == null ? "" : "task \"" + plan.graph().id(ending.task()) + "\": ";
        String words =
                switch (ending.kind()) {
                    case COMPLETED -> "completed";
                    case FAILED -> "failed";
                    case CANCELLED -> "was cancelled";
                    case TIMED_OUT -> "timed out";
                };
        return Optional.of(
                "execution \"%s\" %s: %s%s (%s)".formatted(executionId, words, task, ending.message(), ending.code()));
    }

    /** What of it was undone, and what could not be; empty when nothing was to be. */
    Optional<String> undone() {
        String undone = tasks(TaskStatus.COMPENSATED);
        String notUndone = tasks(TaskStatus.COMPENSATION_FAILED);
        String sentence = (undone.isEmpty() ? "" : "undone: " + undone)
                + (undone.isEmpty() || notUndone.isEmpty() ? "" : "; ")
                + (notUndone.isEmpty() ? "" : "could not be undone: " + notUndone);
        return sentence.isEmpty() ? Optional.empty() : Optional.of(sentence);
    }

    private String tasks(TaskStatus status) {
        return view.tasks().stream()
                .filter(task -> task.status() == status)
                .map(TaskView::id)
                .collect(Collectors.joining(", "));
    }
}
