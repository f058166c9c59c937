package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.EventWait;
import dev.capocomico.model.definition.Work;
import dev.capocomico.model.execution.ExecutionCommand.CancelTask;
import dev.capocomico.model.execution.ExecutionCommand.OfferEvent;
import dev.capocomico.model.execution.ExecutionCommand.Outcome;
import dev.capocomico.model.execution.ExecutionCommand.Report;
import dev.capocomico.model.execution.ExecutionCommand.Retry;
import dev.capocomico.model.execution.ExecutionCommand.Signal;
import dev.capocomico.model.execution.ExecutionCommand.Start;
import dev.capocomico.model.expression.Expressions.Evaluation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Decides the command itself, where the table of transitions lets it through. Null is: carried out. */
final class Commands {
    private final Decider decider;
    private final Draft draft;
    private final Definition definition;

    Commands(Decider decider) {
        this.decider = decider;
        this.draft = decider.draft();
        this.definition = decider.rules().plan().definition();
    }

    @Nullable Refusal take(ExecutionCommand command) {
        return switch (command) {
            case Start start -> start(start);
            case Report report -> report(report);
            case ExecutionCommand.Tick tick -> null;
            case OfferEvent offer -> offer(offer);
            case Signal signal -> signal(signal);
            case ExecutionCommand.Pause pause -> fact(new Fact.Paused(pause.by()));
            case ExecutionCommand.Resume resume -> fact(new Fact.Resumed(resume.by()));
            case ExecutionCommand.Cancel cancel -> cancel(cancel);
            case CancelTask cancel -> cancelTask(cancel);
            case Retry retry -> retry(retry);
        };
    }

    private @Nullable Refusal fact(Fact fact) {
        decider.fact(fact);
        return null;
    }

    /** The same id and input again is answered as the first time; another input is somebody else's mistake. */
    private @Nullable Refusal start(Start start) {
        Fact.Started begun = draft.started;
        String digest = decider.rules().plan().digest();
        if (begun != null) {
            boolean same =
                    begun.input().equals(start.input()) && begun.planDigest().equals(digest);
            return same
                    ? null
                    : new Refusal(
                            Refusal.Code.ALREADY_STARTED,
                            "the execution \"" + start.executionId() + "\" was started with another input or workflow");
        }
        long deadline = start.atMillis() + timeout(start.options()).toMillis();
        return fact(
                new Fact.Started(start.executionId(), digest, start.input(), start.options(), deadline, start.by()));
    }

    private Duration timeout(StartOptions options) {
        return Stream.of(Optional.ofNullable(options.timeout()), Optional.ofNullable(definition.timeout()))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(decider.rules().settings().executionTimeout());
    }

    private @Nullable Refusal report(Report report) {
        Outcomes outcomes = new Outcomes(decider, report.chance());
        for (Outcome outcome : report.outcomes()) {
            outcomes.take(outcome);
        }
        return null;
    }

    private @Nullable Refusal offer(OfferEvent offer) {
        boolean waits = offer.task() >= 0
                && offer.task() < draft.tasks.size()
                && draft.tasks.get(offer.task()) instanceof TaskState.AwaitingEvent;
        EventWait wait = waits ? definition.tasks().get(offer.task()).onEvent() : null;
        if (wait == null) {
            return null;
        }
        if (wait.match() != null) {
            Sight sight = Sight.ofExecution(decider.rules().plan(), draft).withEvent(offer.event());
            Evaluation match = decider.rules().expressions().evaluate(TextNode.valueOf(wait.match()), sight);
            // An event that lacks what the condition looks at is simply not the one.
            boolean matches =
                    match instanceof Evaluation.Value value && value.json().asBoolean(false);
            if (!matches) {
                return null;
            }
        }
        return fact(new Fact.EventTaken(offer.task(), offer.eventId(), offer.event()));
    }

    private @Nullable Refusal signal(Signal signal) {
        List<String> names = definition.tasks().stream()
                .map(task -> task.work() instanceof Work.WaitFor wait ? wait.signal() : "")
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
        if (!names.contains(signal.name())) {
            String message = names.isEmpty()
                    ? "this workflow waits for no signals"
                    : "no task waits for a signal \"%s\"; there are: %s"
                            .formatted(signal.name(), String.join(", ", names));
            return new Refusal(Refusal.Code.UNKNOWN_NAME, message);
        }
        if (draft.signals.knows(signal.key())) {
            return null;
        }
        if (draft.signals.held() >= Signals.HELD_MAX) {
            return new Refusal(
                    Refusal.Code.FULL,
                    "the execution holds %,d signals that no task has taken".formatted(Signals.HELD_MAX));
        }
        return fact(new Fact.SignalArrived(signal.name(), signal.payload(), signal.key(), signal.by()));
    }

    private @Nullable Refusal cancel(ExecutionCommand.Cancel cancel) {
        if (draft.phase == Phase.COMPENSATING) {
            return new Refusal(
                    Refusal.Code.WRONG_STATE, "the execution is being compensated; that goes on, as a cancel would");
        }
        if (draft.paused) {
            decider.fact(new Fact.Resumed(cancel.by()));
        }
        long grace = draft.atMillis + decider.rules().settings().cancelGrace().toMillis();
        // An execution that is failing already still fails; it is only not waited for so long.
        Ending ending = draft.ending != null
                ? draft.ending
                : draft.doom != null
                        ? draft.doom
                        : new Ending(
                                Ending.Kind.CANCELLED,
                                FailureCode.CANCELLED,
                                cancel.reason() == null ? "cancelled" : cancel.reason(),
                                null);
        decider.beginEnding(ending, Math.min(grace, draft.graceUntilMillis), cancel.by());
        return null;
    }

    private @Nullable Refusal cancelTask(CancelTask cancel) {
        int task = decider.rules().plan().graph().indexOf(cancel.taskId());
        if (task < 0) {
            return new Refusal(Refusal.Code.UNKNOWN_NAME, "there is no task \"" + cancel.taskId() + "\"");
        }
        TaskState state = draft.tasks.get(task);
        if (state instanceof TaskState.Over) {
            return new Refusal(
                    Refusal.Code.WRONG_STATE,
                    "task \"" + cancel.taskId() + "\" is "
                            + draft.taskStatus(task).wireName());
        }
        Failure failure = Failure.permanent(FailureCode.CANCELLED, "the task was cancelled");
        if (state instanceof TaskState.Single || state instanceof TaskState.Fan) {
            cancelElements(task, state, failure);
        } else {
            decider.fact(new Fact.GaveUp(new Target.Element(task, ExecutionState.WHOLE_TASK), failure, null));
        }
        return null;
    }

    private void cancelElements(int task, TaskState state, Failure failure) {
        int count = state instanceof TaskState.Fan fan ? fan.count() : 1;
        for (int element = 0; element < count; element++) {
            Target.Element target = new Target.Element(task, element);
            ElementState before = draft.state(target);
            if (before instanceof ElementState.Running running) {
                decider.effect(new Effect.Stop(new AttemptKey(target, running.fence())));
            }
            boolean open = !(before instanceof ElementState.Done) && !Elements.over(before);
            if (open && !(draft.tasks.get(task) instanceof TaskState.Over)) {
                decider.fact(new Fact.GaveUp(target, failure, null));
            }
        }
    }

    private @Nullable Refusal retry(Retry retry) {
        boolean partly = draft.undoing != null && draft.undoing.someFailed();
        if (partly && !retry.force()) {
            return new Refusal(
                    Refusal.Code.WRONG_STATE,
                    "some tasks could not be undone, so to run them again may do their work twice; force it if that is fine");
        }
        Duration timeout = timeout(draft.begun().options());
        return fact(new Fact.Retried(draft.atMillis + timeout.toMillis(), retry.by()));
    }
}
