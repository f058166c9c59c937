package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.EventWait;
import dev.capocomico.model.definition.Task;
import dev.capocomico.model.definition.Work;
import dev.capocomico.model.execution.ExecutionCommand.CancelTask;
import dev.capocomico.model.execution.ExecutionCommand.HandBack;
import dev.capocomico.model.execution.ExecutionCommand.OfferEvent;
import dev.capocomico.model.execution.ExecutionCommand.Outcome;
import dev.capocomico.model.execution.ExecutionCommand.Report;
import dev.capocomico.model.execution.ExecutionCommand.Retry;
import dev.capocomico.model.execution.ExecutionCommand.Signal;
import dev.capocomico.model.execution.ExecutionCommand.Start;
import dev.capocomico.model.expression.Expressions.Evaluation;
import dev.capocomico.model.value.Reference;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
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
            case Report report -> report(report.outcomes(), report.chance());
            case HandBack back -> report(back.outcomes(), back.chance());
            case ExecutionCommand.Tick tick -> null;
            case OfferEvent offer -> offer(offer);
            case Signal signal -> signal(signal);
            case ExecutionCommand.Pause pause -> fact(new Fact.Paused(pause.by()));
            case ExecutionCommand.Resume resume -> fact(new Fact.Resumed(resume.by()));
            case ExecutionCommand.Cancel cancel -> cancel(cancel);
            case CancelTask cancel -> cancelTask(cancel);
            case Retry retry -> retry(retry);
            case ExecutionCommand.Called called ->
                throw new IllegalStateException("the origin comes before the command");
            case ExecutionCommand.Keyed keyed -> throw new IllegalStateException("the key comes before the command");
        };
    }

    private @Nullable Refusal fact(Fact fact) {
        decider.fact(fact);
        return null;
    }

    /**
     * The same id and input again is answered as the first time; another input is somebody else's mistake. A parent that asks
     * for its child again may by now mean a newer version of the workflow, but it is still the same child.
     */
    private @Nullable Refusal start(Start start) {
        Fact.Started begun = draft.started;
        String digest = decider.rules().plan().digest();
        if (begun != null) {
            boolean sameParent = start.options().parent() != null
                    && start.options().parent().equals(begun.options().parent());
            boolean same = sameInput(begun.input(), start.input())
                    && (sameParent || begun.planDigest().equals(digest));
            return same
                    ? null
                    : new Refusal(
                            Refusal.Code.ALREADY_STARTED,
                            "the execution \"" + start.executionId() + "\" was started with another input or workflow");
        }
        long bytes = Held.by(start.input());
        long bytesMax = decider.rules().settings().bytesMax();
        if (bytes > bytesMax) {
            return new Refusal(
                    Refusal.Code.TOO_LARGE,
                    "the input has %,d bytes; an execution may hold no more than %,d".formatted(bytes, bytesMax));
        }
        long deadline = start.atMillis() + timeout(start.options()).toMillis();
        return fact(
                new Fact.Started(start.executionId(), digest, start.input(), start.options(), deadline, start.by()));
    }

    private boolean sameInput(JsonNode begun, JsonNode again) {
        return begun.equals(again)
                || ((Reference.isIn(begun) || Reference.isIn(again))
                        && decider.lookup().wholeOf(begun) instanceof Evaluation.Value one
                        && decider.lookup().wholeOf(again) instanceof Evaluation.Value other
                        && one.json().equals(other.json()));
    }

    private Duration timeout(StartOptions options) {
        return Stream.of(Optional.ofNullable(options.timeout()), Optional.ofNullable(definition.timeout()))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(decider.rules().settings().executionTimeout());
    }

    private @Nullable Refusal report(List<Outcome> reported, double chance) {
        Outcomes outcomes = new Outcomes(decider, chance);
        int number = 0;
        for (Outcome outcome : reported) {
            outcomes.take(outcome, number++);
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
            Sight sight = Sight.ofExecution(decider.rules().plan(), draft, decider.lookup())
                    .withEvent(offer.event());
            Evaluation match = decider.evaluate(TextNode.valueOf(wait.match()), sight);
            // An event that lacks what the condition looks at is simply not the one.
            boolean matches =
                    match instanceof Evaluation.Value value && value.json().asBoolean(false);
            if (!matches) {
                return null;
            }
        }
        if (!decider.mayHold(Held.by(offer.event()))) {
            Target.Element task = new Target.Element(offer.task(), ExecutionState.WHOLE_TASK);
            return fact(new Fact.GaveUp(task, decider.tooLarge("the event"), null, Usage.NONE));
        }
        return fact(new Fact.EventTaken(offer.task(), offer.eventId(), offer.event()));
    }

    private @Nullable Refusal signal(Signal signal) {
        Signals signals = draft.signals.withoutThoseWhoLeft(signal.name(), draft);
        boolean awaited = !signals.waiting(signal.name()).isEmpty();
        if (!awaited && !signalNames().anyMatch(signal.name()::equals)) {
            return unknownSignal(signal.name());
        }
        if (!awaited && signals.held() >= Signals.HELD_MAX) {
            return new Refusal(
                    Refusal.Code.FULL,
                    "the execution holds %,d signals that no task has taken".formatted(Signals.HELD_MAX));
        }
        long bytes = Held.by(signal.payload());
        if (!decider.mayHold(bytes)) {
            return new Refusal(
                    Refusal.Code.FULL,
                    "with this signal of %,d bytes the execution would hold more than %,d bytes of values, the most that one may (it holds %,d)"
                            .formatted(bytes, decider.rules().settings().bytesMax(), draft.bytesHeld));
        }
        return fact(new Fact.SignalArrived(signal.name(), signal.payload(), signal.key(), signal.by()));
    }

    private Stream<String> signalNames() {
        return definition.tasks().stream()
                .map(Task::work)
                .filter(Work.WaitFor.class::isInstance)
                .map(work -> ((Work.WaitFor) work).signal());
    }

    private Refusal unknownSignal(String name) {
        String names = signalNames().distinct().limit(20).collect(Collectors.joining(", "));
        String message = names.isEmpty()
                ? "this workflow waits for no signals"
                : "no task waits for a signal \"%s\"; there are: %s".formatted(name, names);
        return new Refusal(Refusal.Code.UNKNOWN_NAME, message);
    }

    private @Nullable Refusal cancel(ExecutionCommand.Cancel cancel) {
        boolean toldBefore = draft.phase == Phase.ENDING && draft.graceUntilMillis != ExecutionState.NEVER;
        if (toldBefore && !draft.paused) {
            return null;
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
        if (toldToStop(state)) {
            return null;
        }
        long grace = draft.atMillis + decider.rules().settings().cancelGrace().toMillis();
        decider.fact(new Fact.TaskCancelled(task, grace, cancel.by()));
        TaskState.Fan fan = TaskState.fanOf(draft.tasks.get(task));
        for (int element = 0; element < (fan == null ? 1 : fan.count()); element++) {
            Target.Element target = new Target.Element(task, element);
            stop(target, draft.state(target));
        }
        return null;
    }

    /** A repeated wish is answered as the first one was. */
    private static boolean toldToStop(@Nullable TaskState state) {
        if (state instanceof TaskState.Fan fan) {
            return fan.stopped();
        }
        return state instanceof TaskState.Single single
                && single.element() instanceof ElementState.Running running
                && running.toldToStop();
    }

    private void stop(Target target, @Nullable ElementState state) {
        if (state instanceof ElementState.Running running && running.toldToStop()) {
            decider.effect(new Effect.Stop(new AttemptKey(target, running.fence())));
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
