package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.capocomico.model.collection.Agenda;
import dev.capocomico.model.collection.Chunks;
import dev.capocomico.model.collection.Fifo;
import dev.capocomico.model.collection.LevelFifo;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Task;
import dev.capocomico.model.definition.Work;
import dev.capocomico.model.plan.Plan;
import org.jspecify.annotations.Nullable;

/**
 * Puts facts into a draft, with all that follows from them by rule. The only place where a state changes, with the parts it
 * hands out: {@link Lines}, {@link TaskEnds}, {@link Fans}, {@link Closing}, {@link Revival}.
 */
final class Evolution {
    private final Plan plan;
    private final Definition definition;
    private final Draft draft;
    private final Lines lines;
    private final TaskEnds ends;
    private final Fans fans;
    private final Closing closing;

    Evolution(Plan plan, Draft draft) {
        this.plan = plan;
        this.definition = plan.definition();
        this.draft = draft;
        this.lines = new Lines(definition, draft);
        lines.sortWhatWasReadBack();
        this.ends = new TaskEnds(plan, draft, lines);
        this.fans = new Fans(definition, draft, lines, ends);
        this.closing = new Closing(definition.faultTolerance(), draft, lines, ends);
    }

    void apply(Fact fact) {
        switch (fact) {
            case Fact.Parked parked -> {}
            case Fact.Started started -> start(started);
            case Fact.TaskSkipped skipped -> ends.skipped(skipped.task());
            case Fact.EventAwaited awaited -> awaitEvent(awaited);
            case Fact.EventTaken taken -> takeEvent(taken);
            case Fact.Expanded expanded -> fans.expand(expanded);
            case Fact.WaitBegan began -> awaitSignal(began);
            case Fact.SleepBegan began -> sleep(began);
            case Fact.Dispatched dispatched -> dispatched(dispatched);
            case Fact.Succeeded succeeded -> succeeded(succeeded);
            case Fact.IterationEnded ended -> iterationEnded(ended);
            case Fact.AttemptFailed failed -> attemptFailed(failed);
            case Fact.AttemptBegan began -> began(began.target());
            case Fact.AttemptLost lost -> {
                Progress before = progress(lost.target());
                due(lost.target(), lost.begun() ? before.lost() : before.notBegun());
            }
            case Fact.AttemptHandedBack back -> {
                Progress before = progress(back.target());
                due(back.target(), back.begun() ? before.interrupted() : before.notBegun());
            }
            case Fact.GaveUp gaveUp -> gaveUp(gaveUp);
            case Fact.TaskCancelled cancelled -> cancelled(cancelled);
            case Fact.TimerFired fired -> timerFired(fired.element());
            case Fact.UndoTimerFired fired -> {
                Target.Undo target = new Target.Undo(fired.entry());
                due(target, progress(target));
            }
            case Fact.SignalArrived arrived -> signalArrived(arrived);
            case Fact.KeyRemembered remembered -> draft.signals = draft.signals.remember(remembered.key());
            case Fact.Called called -> {}
            case Fact.Paused paused -> {
                draft.paused = true;
                draft.pausedSinceMillis = draft.atMillis;
            }
            case Fact.Resumed resumed -> resume();
            case Fact.EndingBegan began -> closing.begin(began);
            case Fact.CompensationBegan began -> closing.beginCompensation(began.deadlineMillis());
            case Fact.Ended ended -> end(ended);
            case Fact.Retried retried -> new Revival(plan, draft, lines, fans).apply(retried);
        }
        lines.forgetWhatIsStale();
    }

    private void start(Fact.Started started) {
        draft.phase = Phase.RUNNING;
        draft.started = started;
        draft.startedAtMillis = draft.atMillis;
        draft.bytesHeld = Held.by(started.input());
        draft.deadlineMillis = started.deadlineMillis();
        draft.tasks = Chunks.<TaskState>ofSize(plan.size()).edit();
        draft.unfinished = plan.size();
        for (int task = 0; task < plan.size(); task++) {
            if (plan.graph().predecessorCount(task) == 0) {
                lines.ready(task, 0, null);
            }
        }
    }

    private void awaitEvent(Fact.EventAwaited awaited) {
        int task = awaited.task();
        int generation = TaskState.generationOf(draft.tasks.get(task));
        draft.put(task, new TaskState.AwaitingEvent(generation, awaited.deadlineMillis()));
        lines.remindWholeTask(task, awaited.deadlineMillis());
    }

    private void takeEvent(Fact.EventTaken taken) {
        TaskState.Taken event = new TaskState.Taken(taken.eventId(), taken.event());
        lines.ready(taken.task(), TaskState.generationOf(draft.tasks.get(taken.task())), event);
    }

    private void sleep(Fact.SleepBegan began) {
        int task = began.task();
        TaskState before = draft.tasks.get(task);
        draft.put(
                task,
                new TaskState.Sleeping(TaskState.generationOf(before), TaskState.eventOf(before), began.untilMillis()));
        lines.remindWholeTask(task, began.untilMillis());
    }

    private void awaitSignal(Fact.WaitBegan began) {
        int task = began.task();
        String name = signal(task);
        var early = draft.signals.early(name).peek();
        if (early != null) {
            draft.signals = draft.signals.takeEarly(name);
            draft.bytesHeld -= Held.by(early);
            ends.completed(task, early);
            return;
        }
        TaskState before = draft.tasks.get(task);
        draft.put(
                task,
                new TaskState.AwaitingSignal(
                        TaskState.generationOf(before), TaskState.eventOf(before), began.deadlineMillis()));
        draft.signals = draft.signals.await(name, task);
        lines.remindWholeTask(task, began.deadlineMillis());
    }

    private void signalArrived(Fact.SignalArrived arrived) {
        Signals signals = draft.signals.remember(arrived.key()).withoutThoseWhoLeft(arrived.name(), draft);
        Integer task = signals.waiting(arrived.name()).peek();
        if (task == null) {
            draft.signals = signals.hold(arrived.name(), arrived.payload());
            draft.bytesHeld += Held.by(arrived.payload());
        } else {
            draft.signals = signals.withoutFirstWaiting(arrived.name());
            ends.completed(task, arrived.payload());
        }
    }

    private String signal(int task) {
        if (task(task).work() instanceof Work.WaitFor wait) {
            return wait.signal();
        }
        throw new IllegalStateException("task \"" + task(task).id() + "\" waits for no signal");
    }

    private void dispatched(Fact.Dispatched dispatched) {
        Target target = dispatched.target();
        Progress progress = progress(target).dispatched(dispatched.input());
        set(target, new ElementState.Running(progress, draft.step, draft.atMillis, false, null));
        if (target instanceof Target.Element element) {
            fans.dispatched(element.task());
        }
    }

    private void began(Target target) {
        if (!(draft.state(target) instanceof ElementState.Running running)) {
            throw new IllegalStateException("an agent began with " + target + ", which does not run");
        }
        set(target, running.withAgent());
    }

    private void iterationEnded(Fact.IterationEnded ended) {
        rest(ended.target(), progress(ended.target()).iterated(ended.output()), ended.nextAtMillis());
    }

    private void attemptFailed(Fact.AttemptFailed failed) {
        boolean unknown = FailureCode.leavesOutcomeUnknown(failed.failure().code());
        rest(failed.target(), progress(failed.target()).retried(unknown), failed.nextAtMillis());
    }

    private void rest(Target target, Progress progress, long untilMillis) {
        set(target, new ElementState.Resting(progress, untilMillis));
        if (draft.phase != Phase.ENDING) {
            lines.remind(target, untilMillis);
        }
    }

    private void due(Target target, Progress progress) {
        set(target, new ElementState.Due(progress));
        boolean inFan =
                target instanceof Target.Element element && draft.tasks.get(element.task()) instanceof TaskState.Fan;
        if (!inFan) {
            lines.tryAgain(target);
        }
    }

    private void timerFired(Target.Element element) {
        if (draft.tasks.get(element.task()) instanceof TaskState.Sleeping) {
            ends.completed(element.task(), NullNode.instance);
        } else {
            due(element, progress(element));
        }
    }

    private void succeeded(Fact.Succeeded succeeded) {
        // Nobody ever looks at what an agent says that has undone something.
        JsonNode output = succeeded.target() instanceof Target.Undo ? NullNode.instance : succeeded.output();
        set(
                succeeded.target(),
                new ElementState.Done(progress(succeeded.target()).over(), output));
        if (!(succeeded.target() instanceof Target.Element element)) {
            return;
        }
        if (draft.tasks.get(element.task()) instanceof TaskState.Fan) {
            ends.remember(element, succeeded.output());
            fans.endIfOver(element.task());
        } else {
            ends.completed(element.task(), succeeded.output());
        }
    }

    private void gaveUp(Fact.GaveUp gaveUp) {
        switch (gaveUp.target()) {
            case Target.Undo undo ->
                set(undo, new ElementState.Failed(progress(undo).over(), gaveUp.failure()));
            case Target.Element element -> {
                if (element.element() == ExecutionState.WHOLE_TASK) {
                    ends.failed(element.task(), gaveUp.failure());
                } else {
                    gaveUp(element, gaveUp.failure());
                }
            }
        }
    }

    private void gaveUp(Target.Element element, Failure failure) {
        ElementState before = draft.state(element);
        boolean unknown = before instanceof ElementState.Running
                ? FailureCode.leavesOutcomeUnknown(failure.code())
                : Elements.waits(before) && Elements.progress(before).unknown();
        if (unknown) {
            ends.remember(element, NullNode.instance);
        }
        int task = element.task();
        set(element, new ElementState.Failed(progress(element).over(), failure));
        if (draft.tasks.get(task) instanceof TaskState.Fan fan) {
            fans.elementFailed(task, fan, failure);
        } else {
            boolean cancelled = before instanceof ElementState.Running running && running.toldToStop();
            ends.failed(task, failure, cancelled ? TaskStatus.CANCELLED : TaskEnds.statusOf(failure));
        }
    }

    private void cancelled(Fact.TaskCancelled cancelled) {
        Failure failure = Failure.permanent(FailureCode.CANCELLED, "the task was cancelled");
        boolean isChild = task(cancelled.task()).work() instanceof Work.Child;
        // A parent ends after its children, so there is no end to the patience with them.
        long stopBy = isChild ? ExecutionState.NEVER : cancelled.graceUntilMillis();
        closing.cancelTask(cancelled.task(), failure, fans, (element, before) -> {
            if (before instanceof ElementState.Running running) {
                set(element, running.toldToStop(stopBy));
                lines.remind(element, stopBy);
            } else {
                gaveUp(element, failure);
            }
        });
    }

    private void resume() {
        long pausedFor = draft.atMillis - draft.pausedSinceMillis;
        draft.paused = false;
        draft.deadlineMillis = later(draft.deadlineMillis, pausedFor);
        draft.graceUntilMillis = later(draft.graceUntilMillis, pausedFor);
        if (draft.undoing != null) {
            draft.undoing = draft.undoing.withDeadline(later(draft.undoing.deadlineMillis(), pausedFor));
        }
    }

    private static long later(long deadlineMillis, long byMillis) {
        return deadlineMillis == ExecutionState.NEVER ? deadlineMillis : deadlineMillis + byMillis;
    }

    private void end(Fact.Ended ended) {
        draft.phase = Phase.ENDED;
        draft.ending = ended.ending();
        draft.doom = null;
        draft.output = ended.output();
        draft.agenda = Agenda.empty();
        draft.ready = LevelFifo.empty();
        draft.prompt = Fifo.empty();
    }

    /** Counts what is in flight, so that no other place has to. */
    private void set(Target target, ElementState state) {
        int started = running(state) - running(draft.state(target));
        draft.inFlight += started;
        switch (target) {
            case Target.Undo undo -> {
                if (draft.undoing != null) {
                    count(draft.state(undo), state);
                    draft.undoing = draft.undoing.with(undo.entry(), state);
                }
            }
            case Target.Element element -> {
                int task = element.task();
                draft.childrenInFlight += task(task).work() instanceof Work.Child ? started : 0;
                TaskState before = draft.tasks.get(task);
                if (before instanceof TaskState.Fan fan) {
                    count(fan.elements().get(element.element()), state);
                    fans.put(task, fan.with(element.element(), state));
                } else {
                    draft.put(task, new TaskState.Single(state, TaskState.eventOf(before)));
                }
            }
        }
    }

    private void count(@Nullable ElementState before, ElementState after) {
        draft.bytesHeld += Held.by(after) - Held.by(before);
        draft.inputBytes += Held.inputOf(after) - Held.inputOf(before);
    }

    private static int running(@Nullable ElementState state) {
        return state instanceof ElementState.Running ? 1 : 0;
    }

    private Progress progress(Target target) {
        ElementState state = draft.state(target);
        return state == null && target instanceof Target.Element element
                ? Progress.fresh(TaskState.generationOf(draft.tasks.get(element.task())))
                : Elements.progress(state);
    }

    private Task task(int index) {
        return definition.tasks().get(index);
    }
}
