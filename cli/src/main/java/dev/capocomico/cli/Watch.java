package dev.capocomico.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.execution.ExecutionView;
import dev.capocomico.model.execution.TaskStatus;
import dev.capocomico.model.execution.TaskView;
import dev.capocomico.model.execution.Waiting;
import dev.capocomico.model.history.HistoryEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Follows one execution to its end: shows what happens, and asks a person where it waits for one. */
final class Watch {
    private final Terminal terminal;
    private final Watched execution;
    private final Onlooker onlooker;
    private final Questions questions;
    private final List<HistoryEntry> unseen = new ArrayList<>();
    private final Set<String> saidToWait = new HashSet<>();
    private Waiting.@Nullable ForSignal asked;

    Watch(Terminal terminal, Watched execution) {
        this.terminal = terminal;
        this.execution = execution;
        this.onlooker = Onlooker.on(terminal, execution.id());
        this.questions = new Questions(terminal);
    }

    /** Returns when the execution has ended, and the last that was shown is how. */
    Account toTheEnd() throws InterruptedException {
        try {
            while (!look()) {
                execution.pause();
            }
        } finally {
            onlooker.step();
        }
        return execution.account();
    }

    /** Whether all of it has been seen. */
    private boolean look() throws InterruptedException {
        List<HistoryEntry> news;
        try {
            news = execution.news();
        } catch (Watched.Away e) {
            onlooker.trouble("%s; if it stays so, Ctrl-C and %s".formatted(e.getMessage(), execution.goOnWith()));
            return false;
        }
        Account account = execution.account();
        unseen.addAll(news);
        withdrawQuestion(account.view());
        // While a question stands below the frame, it is not drawn over.
        if (asked == null) {
            onlooker.show(account, List.copyOf(unseen));
            unseen.clear();
        }
        waits(account.view());
        return execution.isOver();
    }

    /** Before anything is shown: what follows when nobody waits any more, the end perhaps, comes below the question. */
    private void withdrawQuestion(ExecutionView view) {
        if (asked != null && !awaited(view).equals(Optional.of(asked))) {
            terminal.err().println();
            terminal.complain("the signal \"" + asked.signal() + "\" is not awaited any more");
            asked = null;
        }
    }

    private void waits(ExecutionView view) throws InterruptedException {
        Optional<Waiting.ForSignal> awaited = awaited(view);
        if (asked != null) {
            answer(asked);
        } else if (awaited.isPresent()) {
            waits(awaited.get());
        }
    }

    private void waits(Waiting.ForSignal awaited) {
        if (questions.canAsk()) {
            onlooker.step();
            questions.ask(awaited.task(), awaited.signal());
            asked = awaited;
        } else if (saidToWait.add(awaited.task())) {
            onlooker.step();
            terminal.complain("%s waits for the signal \"%s\", and nobody can be asked here; %s"
                    .formatted(awaited.task(), awaited.signal(), execution.answerWith(awaited.signal())));
            terminal.err().flush();
        }
    }

    private void answer(Waiting.ForSignal awaited) throws InterruptedException {
        Optional<JsonNode> payload = questions.answer();
        if (payload.isEmpty()) {
            return;
        }
        asked = null;
        try {
            execution.signal(awaited.signal(), payload.get());
        } catch (Watched.Away e) {
            terminal.complain(String.valueOf(e.getMessage()));
        }
    }

    /** The first signal that is waited for, once there is nothing else to look at. */
    private static Optional<Waiting.ForSignal> awaited(ExecutionView view) {
        boolean busy = view.tasks().stream().anyMatch(task -> switch (task.status()) {
            case RUNNING, QUEUED, COMPENSATING -> true;
            case PENDING, COMPLETED, FAILED, CANCELLED, TIMEOUT, SKIPPED, WAITING, COMPENSATED, COMPENSATION_FAILED ->
                task.nextAttemptAtMillis() != null;
        });
        return busy
                ? Optional.empty()
                : view.tasks().stream()
                        .filter(task -> task.status() == TaskStatus.WAITING)
                        .map(TaskView::waitsFor)
                        .filter(Waiting.ForSignal.class::isInstance)
                        .map(Waiting.ForSignal.class::cast)
                        .findFirst();
    }
}
