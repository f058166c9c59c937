package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.capocomico.model.collection.Agenda;
import dev.capocomico.model.collection.Chunks;
import dev.capocomico.model.collection.Fifo;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.FanOut;
import dev.capocomico.model.definition.OnFailure;
import dev.capocomico.model.definition.Saga;
import dev.capocomico.model.definition.SagaStrategy;
import dev.capocomico.model.definition.Task;
import dev.capocomico.model.definition.Work;
import dev.capocomico.model.plan.Plan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts facts into a draft, with all that follows from them by rule. The only place where a state changes. */
final class Evolution {
    private final Plan plan;
    private final Definition definition;
    private final Draft draft;

    Evolution(Plan plan, Draft draft) {
        this.plan = plan;
        this.definition = plan.definition();
        this.draft = draft;
    }

    void apply(Fact fact) {
        switch (fact) {
            case Fact.Started started -> start(started);
            case Fact.TaskSkipped skipped -> over(skipped.task(), TaskStatus.SKIPPED, NullNode.instance, null);
            case Fact.EventAwaited awaited -> awaitEvent(awaited);
            case Fact.EventTaken taken -> takeEvent(taken);
            case Fact.Expanded expanded -> expand(expanded);
            case Fact.WaitBegan began -> awaitSignal(began);
            case Fact.SleepBegan began -> {
                draft.tasks.set(began.task(), new TaskState.Sleeping(began.untilMillis()));
                remind(began.task(), began.untilMillis());
            }
            case Fact.Dispatched dispatched -> dispatched(dispatched.target());
            case Fact.Succeeded succeeded -> succeeded(succeeded);
            case Fact.IterationEnded ended -> {
                Progress next = progress(ended.target()).iterated(ended.output());
                rest(ended.target(), next, ended.nextAtMillis());
            }
            case Fact.AttemptFailed failed ->
                rest(failed.target(), progress(failed.target()).retried(), failed.nextAtMillis());
            case Fact.AttemptLost lost -> {
                draft.inFlight--;
                due(lost.target(), progress(lost.target()).lost());
            }
            case Fact.GaveUp gaveUp -> gaveUp(gaveUp);
            case Fact.TimerFired fired -> timerFired(fired.element());
            case Fact.UndoTimerFired fired -> {
                Target.Undo target = new Target.Undo(fired.entry());
                due(target, progress(target));
            }
            case Fact.SignalArrived arrived -> signalArrived(arrived);
            case Fact.Paused paused -> {
                draft.paused = true;
                draft.pausedSinceMillis = draft.atMillis;
            }
            case Fact.Resumed resumed -> resume();
            case Fact.EndingBegan began -> beginEnding(began);
            case Fact.CompensationBegan began -> beginCompensation(began.deadlineMillis());
            case Fact.Ended ended -> {
                draft.phase = Phase.ENDED;
                draft.ending = ended.ending();
                draft.doom = null;
                draft.output = ended.output();
                draft.agenda = Agenda.empty();
                draft.ready = Fifo.empty();
            }
            case Fact.Retried retried -> new Revival(plan, draft, this).apply(retried);
        }
        forgetWhatIsStale();
    }

    private void start(Fact.Started started) {
        draft.phase = Phase.RUNNING;
        draft.started = started;
        draft.deadlineMillis = started.deadlineMillis();
        draft.tasks = Chunks.<TaskState>ofSize(plan.size()).edit();
        draft.unfinished = plan.size();
        for (int task = 0; task < plan.size(); task++) {
            if (plan.graph().predecessorCount(task) == 0) {
                ready(task, 0);
            }
        }
    }

    void ready(int task, int generation) {
        draft.tasks.set(task, new TaskState.Ready(generation, null));
        draft.ready = draft.ready.add(new WorkItem.StartTask(task));
    }

    private void awaitEvent(Fact.EventAwaited awaited) {
        int task = awaited.task();
        draft.tasks.set(task, new TaskState.AwaitingEvent(generation(task), awaited.deadlineMillis()));
        remind(task, awaited.deadlineMillis());
    }

    private void takeEvent(Fact.EventTaken taken) {
        TaskState.Taken event = new TaskState.Taken(taken.eventId(), taken.event());
        draft.tasks.set(taken.task(), new TaskState.Ready(generation(taken.task()), event));
        draft.ready = draft.ready.add(new WorkItem.StartTask(taken.task()));
    }

    private void expand(Fact.Expanded expanded) {
        int task = expanded.task();
        if (expanded.count() == 0) {
            complete(task, JsonNodeFactory.instance.arrayNode());
            return;
        }
        TaskState.Taken event = event(task);
        Chunks<ElementState> elements = Chunks.ofSize(expanded.count());
        TaskState.Fan fan = new TaskState.Fan(expanded.items(), elements, 0, 0, 0, false, null, false, event);
        put(task, fan);
    }

    private void awaitSignal(Fact.WaitBegan began) {
        String name = signal(began.task());
        Signals signals = draft.signals;
        if (!signals.early(name).isEmpty()) {
            var payload = signals.early(name).peek();
            draft.signals = signals.takeEarly(name);
            completed(new Target.Element(began.task(), 0), payload == null ? NullNode.instance : payload);
            return;
        }
        draft.tasks.set(began.task(), new TaskState.AwaitingSignal(generation(began.task()), began.deadlineMillis()));
        draft.signals = signals.await(name, began.task());
        remind(began.task(), began.deadlineMillis());
    }

    private void signalArrived(Fact.SignalArrived arrived) {
        Signals signals = draft.signals.remember(arrived.key());
        Integer task = signals.waiting(arrived.name()).peek();
        while (task != null && !(draft.tasks.get(task) instanceof TaskState.AwaitingSignal)) {
            signals = signals.withoutFirstWaiting(arrived.name());
            task = signals.waiting(arrived.name()).peek();
        }
        if (task == null) {
            draft.signals = signals.hold(arrived.name(), arrived.payload());
            return;
        }
        draft.signals = signals.withoutFirstWaiting(arrived.name());
        completed(new Target.Element(task, 0), arrived.payload());
    }

    private String signal(int task) {
        if (task(task).work() instanceof Work.WaitFor wait) {
            return wait.signal();
        }
        throw new IllegalStateException("task \"" + task(task).id() + "\" waits for no signal");
    }

    private void dispatched(Target target) {
        Progress progress = progress(target).dispatched();
        draft.inFlight++;
        set(target, new ElementState.Running(progress, draft.step, draft.atMillis));
    }

    private void rest(Target target, Progress progress, long untilMillis) {
        draft.inFlight--;
        set(target, new ElementState.Resting(progress, untilMillis));
        draft.agenda = draft.agenda.add(untilMillis, target);
    }

    private void due(Target target, Progress progress) {
        set(target, new ElementState.Due(progress));
        draft.ready = draft.ready.add(new WorkItem.TryAgain(target));
    }

    private void timerFired(Target.Element element) {
        if (draft.tasks.get(element.task()) instanceof TaskState.Sleeping) {
            complete(element.task(), NullNode.instance);
        } else {
            due(element, progress(element));
        }
    }

    private void succeeded(Fact.Succeeded succeeded) {
        draft.inFlight--;
        ElementState done = new ElementState.Done(progress(succeeded.target()), succeeded.output());
        switch (succeeded.target()) {
            case Target.Undo undo -> set(undo, done);
            case Target.Element element -> {
                set(element, done);
                if (task(element.task()).fanOut() == null) {
                    completed(element, succeeded.output());
                } else {
                    remember(element, succeeded.output());
                    endOfFan(element.task());
                }
            }
        }
    }

    private void gaveUp(Fact.GaveUp gaveUp) {
        switch (gaveUp.target()) {
            case Target.Undo undo -> {
                draft.inFlight -= state(undo) instanceof ElementState.Running ? 1 : 0;
                set(undo, new ElementState.Failed(progress(undo), gaveUp.failure()));
            }
            case Target.Element element -> {
                if (element.element() == ExecutionState.WHOLE_TASK) {
                    failTask(element.task(), gaveUp.failure());
                } else {
                    gaveUp(element, gaveUp.failure());
                }
            }
        }
    }

    private void gaveUp(Target.Element element, Failure failure) {
        ElementState before = state(element);
        draft.inFlight -= before instanceof ElementState.Running ? 1 : 0;
        if (Elements.active(before) && FailureCode.leavesOutcomeUnknown(failure.code())) {
            remember(element, NullNode.instance);
        }
        int task = element.task();
        set(element, new ElementState.Failed(progress(element), failure));
        if (!(draft.tasks.get(task) instanceof TaskState.Fan fan)) {
            failTask(task, failure);
            return;
        }
        boolean goesOn = definition.onFailure(task(task)) == OnFailure.CONTINUE;
        put(task, goesOn ? fan.withSomeFailed() : fan.stoppedBy(failure));
        if (!goesOn) {
            doom(task, failure);
        }
        endOfFan(task);
    }

    /** A fan-out is over when all elements have ended, or when it was stopped and none is left that runs. */
    private void endOfFan(int task) {
        if (!(draft.tasks.get(task) instanceof TaskState.Fan fan)) {
            return;
        }
        if (fan.failure() != null) {
            if (fan.running() == 0) {
                failTask(task, fan.failure());
            }
        } else if (fan.ended() == fan.count()) {
            ArrayNode outputs = JsonNodeFactory.instance.arrayNode(fan.count());
            for (int element = 0; element < fan.count(); element++) {
                outputs.add(
                        fan.elements().get(element) instanceof ElementState.Done done
                                ? done.output()
                                : NullNode.instance);
            }
            over(task, fan.someFailed() ? TaskStatus.FAILED : TaskStatus.COMPLETED, outputs, null);
        }
    }

    private void completed(Target.Element element, JsonNode output) {
        remember(element, output);
        complete(element.task(), output);
    }

    private void complete(int task, JsonNode output) {
        over(task, TaskStatus.COMPLETED, output, null);
    }

    private void failTask(int task, Failure failure) {
        over(task, statusOf(failure), NullNode.instance, failure);
        if (definition.onFailure(task(task)) != OnFailure.CONTINUE) {
            doom(task, failure);
        }
    }

    private static TaskStatus statusOf(Failure failure) {
        return failure.code().equals(FailureCode.CANCELLED)
                ? TaskStatus.CANCELLED
                : failure.code().equals(FailureCode.TIMEOUT) ? TaskStatus.TIMEOUT : TaskStatus.FAILED;
    }

    private void doom(int task, Failure failure) {
        if (draft.phase == Phase.RUNNING && draft.doom == null) {
            draft.doom = new Ending(Ending.Kind.FAILED, failure.code(), failure.message(), task);
        }
    }

    private void over(int task, TaskStatus status, JsonNode output, @Nullable Failure failure) {
        TaskState before = draft.tasks.get(task);
        TaskState.Fan fan = before instanceof TaskState.Fan some ? some : null;
        draft.tasks.set(
                task,
                new TaskState.Over(
                        status,
                        output,
                        failure,
                        generation(task),
                        fan == null ? null : fan.items(),
                        fan == null ? null : fan.elements(),
                        event(task)));
        draft.unfinished--;
        boolean done = status == TaskStatus.COMPLETED || status == TaskStatus.SKIPPED;
        if (done || definition.onFailure(task(task)) == OnFailure.CONTINUE) {
            release(task);
        }
    }

    /** One dependency less for those who wait for this task. */
    private void release(int task) {
        for (int k = 0; k < plan.graph().successorCount(task); k++) {
            int waiting = plan.graph().successor(task, k);
            TaskState before = draft.tasks.get(waiting);
            int remaining = before instanceof TaskState.Blocked blocked
                    ? blocked.remaining()
                    : before == null ? plan.graph().predecessorCount(waiting) : 0;
            if (remaining == 1) {
                ready(waiting, generation(waiting));
            } else if (remaining > 1) {
                draft.tasks.set(waiting, new TaskState.Blocked(remaining - 1, generation(waiting)));
            }
        }
    }

    /** What has been done is remembered if there is a way to undo it. */
    private void remember(Target.Element element, JsonNode output) {
        if (task(element.task()).compensation() != null) {
            draft.completions = draft.completions.add(new Completion(element, output));
        }
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

    private void beginEnding(Fact.EndingBegan began) {
        draft.phase = Phase.ENDING;
        draft.ending = began.ending();
        draft.doom = null;
        draft.graceUntilMillis = began.graceUntilMillis();
        draft.ready = Fifo.empty();
        draft.agenda = Agenda.empty();
        draft.signals = draft.signals.nobodyWaits();
    }

    private void beginCompensation(long deadlineMillis) {
        draft.phase = Phase.COMPENSATING;
        List<Completion> oldestFirst = draft.completions.toList();
        boolean newestFirst = strategy() == SagaStrategy.BACKWARD;
        List<Completion> entries = newestFirst ? oldestFirst.reversed() : oldestFirst;
        draft.undoing =
                new Undoing(List.copyOf(entries), Chunks.ofSize(entries.size()), 0, 0, 0, false, deadlineMillis);
        draft.completions = Fifo.empty();
    }

    private SagaStrategy strategy() {
        Saga saga = definition.faultTolerance().saga();
        return saga == null ? SagaStrategy.BACKWARD : saga.strategy();
    }

    private void set(Target target, ElementState state) {
        switch (target) {
            case Target.Undo undo -> {
                if (draft.undoing != null) {
                    draft.undoing = draft.undoing.with(undo.entry(), state);
                }
            }
            case Target.Element element -> {
                int task = element.task();
                if (draft.tasks.get(task) instanceof TaskState.Fan fan) {
                    put(task, fan.with(element.element(), state));
                } else {
                    draft.tasks.set(task, new TaskState.Single(state, event(task)));
                }
            }
        }
    }

    /** A fan-out with elements left and a slot free stands in line exactly once. */
    private void put(int task, TaskState.Fan fan) {
        FanOut settings = task(task).fanOut();
        Integer max = settings == null ? null : settings.maxParallel();
        boolean canStart = draft.phase == Phase.RUNNING
                && fan.failure() == null
                && fan.next() < fan.count()
                && (max == null || fan.running() < max);
        if (canStart && !fan.queued()) {
            draft.ready = draft.ready.add(new WorkItem.StartElement(task));
        }
        draft.tasks.set(task, fan.queued(canStart));
    }

    void resumeFan(int task, TaskState.Fan fan) {
        put(task, fan);
    }

    private void remind(int task, long atMillis) {
        if (atMillis != ExecutionState.NEVER) {
            draft.agenda = draft.agenda.add(atMillis, new Target.Element(task, ExecutionState.WHOLE_TASK));
        }
    }

    /** Only first entries are looked at, and here is where an entry that has become stale is dropped. */
    private void forgetWhatIsStale() {
        for (WorkItem item = draft.ready.peek(); item != null && !counts(item); item = draft.ready.peek()) {
            draft.ready = draft.ready.rest();
        }
        for (var entry = draft.agenda.first(); entry != null && !counts(entry); entry = draft.agenda.first()) {
            draft.agenda = draft.agenda.withoutFirst();
        }
    }

    private boolean counts(WorkItem item) {
        return switch (item) {
            case WorkItem.StartTask start -> draft.tasks.get(start.task()) instanceof TaskState.Ready;
            case WorkItem.StartElement start ->
                draft.tasks.get(start.task()) instanceof TaskState.Fan fan && fan.queued();
            case WorkItem.TryAgain again -> state(again.target()) instanceof ElementState.Due;
        };
    }

    private boolean counts(Agenda.Entry<Target> entry) {
        long at = entry.atMillis();
        if (entry.value() instanceof Target.Element element && element.element() == ExecutionState.WHOLE_TASK) {
            return switch (draft.tasks.get(element.task())) {
                case TaskState.Sleeping sleeping -> sleeping.untilMillis() == at;
                case TaskState.AwaitingSignal waiting -> waiting.deadlineMillis() == at;
                case TaskState.AwaitingEvent waiting -> waiting.deadlineMillis() == at;
                case TaskState.Blocked blocked -> false;
                case TaskState.Ready ready -> false;
                case TaskState.Single single -> false;
                case TaskState.Fan fan -> false;
                case TaskState.Over over -> false;
                case null -> false;
            };
        }
        return state(entry.value()) instanceof ElementState.Resting resting && resting.untilMillis() == at;
    }

    @Nullable ElementState state(Target target) {
        return draft.state(target);
    }

    private Progress progress(Target target) {
        ElementState state = state(target);
        boolean untried = state == null && target instanceof Target.Element;
        return untried ? Progress.fresh(generation(((Target.Element) target).task())) : Elements.progress(state);
    }

    private Task task(int index) {
        return definition.tasks().get(index);
    }

    private TaskState.@Nullable Taken event(int task) {
        return switch (draft.tasks.get(task)) {
            case TaskState.Ready ready -> ready.event();
            case TaskState.Single single -> single.event();
            case TaskState.Fan fan -> fan.event();
            case TaskState.Over over -> over.event();
            case TaskState.Blocked blocked -> null;
            case TaskState.AwaitingEvent waiting -> null;
            case TaskState.AwaitingSignal waiting -> null;
            case TaskState.Sleeping sleeping -> null;
            case null -> null;
        };
    }

    private int generation(int task) {
        return switch (draft.tasks.get(task)) {
            case TaskState.Blocked blocked -> blocked.generation();
            case TaskState.Ready ready -> ready.generation();
            case TaskState.AwaitingEvent waiting -> waiting.generation();
            case TaskState.AwaitingSignal waiting -> waiting.generation();
            case TaskState.Single single -> Elements.progress(single.element()).generation();
            case TaskState.Over over -> over.generation();
            case TaskState.Sleeping sleeping -> 0;
            case TaskState.Fan fan -> 0;
            case null -> 0;
        };
    }
}
