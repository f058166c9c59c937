package dev.capocomico.model.history;

import dev.capocomico.model.definition.Work;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.Execution;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Failure;
import dev.capocomico.model.execution.Step;
import dev.capocomico.model.execution.Target;
import dev.capocomico.model.execution.TaskStatus;
import dev.capocomico.model.plan.Plan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells an execution from its steps, which are to be added in order from the first: what has happened, and where it stands after
 * it. For one thread.
 */
public final class Chronicle {
    private final Plan plan;
    private final Sentences sentences;
    private final @Nullable TaskTimes[] times;
    private ExecutionState state = ExecutionState.NEW;
    private long startedAtMillis;

    public Chronicle(Plan plan) {
        this.plan = plan;
        this.sentences = new Sentences(plan);
        this.times = new TaskTimes[plan.size()];
    }

    /** Where the execution stands after the steps that were added. */
    public ExecutionState state() {
        return state;
    }

    public long startedAtMillis() {
        return startedAtMillis;
    }

    /** Null while nothing was done for the task. */
    public @Nullable TaskTimes times(int task) {
        return times[task];
    }

    /** What the next step tells. */
    public List<HistoryEntry> add(Step step) {
        ExecutionState before = state;
        state = Execution.evolve(plan, before, step);
        if (step.number() == 1) {
            startedAtMillis = step.atMillis();
        }
        Telling telling = new Telling(step, before, state);
        step.facts().forEach(telling::tell);
        return telling.withEndsOfTasks();
    }

    /** One step on its way to being entries. */
    private final class Telling {
        private final Step step;
        private final ExecutionState before;
        private final ExecutionState after;
        private final List<HistoryEntry> entries = new ArrayList<>();
        /** Tasks that may be over now, and after how many entries that would have been seen. */
        private final Map<Integer, Integer> touched = new LinkedHashMap<>();

        Telling(Step step, ExecutionState before, ExecutionState after) {
            this.step = step;
            this.before = before;
            this.after = after;
        }

        void tell(Fact fact) {
            switch (fact) {
                // Where it lives is nobody's news.
                case Fact.Parked parked -> {}
                // It was said to be started when it was dispatched.
                case Fact.AttemptBegan began -> {}
                case Fact.Started started ->
                    add(EntryDraft.of(HistoryEvent.EXECUTION_STARTED).by(started.by()));
                case Fact.TaskSkipped skipped -> touch(skipped.task());
                case Fact.EventAwaited awaited ->
                    waits(awaited.task(), EntryDraft.of(HistoryEvent.TASK_WAITING), awaited.deadlineMillis());
                case Fact.EventTaken taken ->
                    add(EntryDraft.of(HistoryEvent.EVENT_RECEIVED).task(taken.task()));
                case Fact.Expanded expanded -> {
                    add(EntryDraft.of(HistoryEvent.TASK_FANNED_OUT)
                            .task(expanded.task())
                            .count(expanded.count()));
                    touch(expanded.task());
                }
                case Fact.WaitBegan began ->
                    waits(
                            began.task(),
                            EntryDraft.of(HistoryEvent.TASK_WAITING).name(signal(began.task())),
                            began.deadlineMillis());
                case Fact.SleepBegan began ->
                    waits(began.task(), EntryDraft.of(HistoryEvent.TASK_SLEEPING), began.untilMillis());
                case Fact.Dispatched dispatched -> dispatched(dispatched.target());
                case Fact.Succeeded succeeded -> succeeded(succeeded);
                case Fact.IterationEnded ended ->
                    add(attempt(HistoryEvent.ITERATION_COMPLETED, HistoryEvent.UNDONE, ended.target())
                            .agent(ended.agent())
                            .usage(ended.usage())
                            .next(ended.nextAtMillis()));
                case Fact.AttemptFailed failed -> {
                    add(attempt(HistoryEvent.ATTEMPT_FAILED, HistoryEvent.UNDO_ATTEMPT_FAILED, failed.target())
                            .agent(failed.agent())
                            .usage(failed.usage())
                            .cause(failed.failure())
                            .next(failed.nextAtMillis()));
                    worked(failed.target(), failed.agent(), failed.failure());
                }
                case Fact.AttemptLost lost ->
                    add(attempt(HistoryEvent.ATTEMPT_LOST, HistoryEvent.UNDO_ATTEMPT_LOST, lost.target()));
                case Fact.AttemptHandedBack back ->
                    add(attempt(
                            HistoryEvent.ATTEMPT_HANDED_BACK, HistoryEvent.UNDO_ATTEMPT_HANDED_BACK, back.target()));
                case Fact.GaveUp gaveUp -> gaveUp(gaveUp);
                case Fact.TaskCancelled cancelled -> {
                    add(EntryDraft.of(HistoryEvent.TASK_CANCEL_REQUESTED)
                            .task(cancelled.task())
                            .by(cancelled.by()));
                    touch(cancelled.task());
                }
                case Fact.TimerFired fired -> timerFired(fired.element());
                case Fact.UndoTimerFired fired ->
                    add(attempt(HistoryEvent.DELAY_OVER, HistoryEvent.UNDO_DELAY_OVER, new Target.Undo(fired.entry())));
                case Fact.SignalArrived arrived -> {
                    add(EntryDraft.of(HistoryEvent.SIGNAL_RECEIVED)
                            .name(arrived.name())
                            .by(arrived.by()));
                    touchThoseWhoWaitFor(arrived.name());
                }
                case Fact.KeyRemembered remembered -> {}
                case Fact.Called called -> {}
                case Fact.Paused paused ->
                    add(EntryDraft.of(HistoryEvent.EXECUTION_PAUSED).by(paused.by()));
                case Fact.Resumed resumed ->
                    add(EntryDraft.of(HistoryEvent.EXECUTION_RESUMED).by(resumed.by()));
                case Fact.EndingBegan began ->
                    add(ending(EntryDraft.of(HistoryEvent.EXECUTION_ENDING), began.ending())
                            .by(began.by()));
                case Fact.CompensationBegan began -> add(EntryDraft.of(HistoryEvent.COMPENSATION_STARTED));
                case Fact.Ended ended -> ended(ended.ending());
                case Fact.Retried retried -> {
                    forgetWhatRunsAgain();
                    add(EntryDraft.of(HistoryEvent.EXECUTION_RETRIED).by(retried.by()));
                }
            }
        }

        private void waits(int task, EntryDraft draft, long untilMillis) {
            began(task, 0);
            add(draft.task(task).until(untilMillis));
            touch(task);
        }

        private void dispatched(Target target) {
            if (target instanceof Target.Element element) {
                began(element.task(), 1);
            }
            EntryDraft draft = place(HistoryEvent.ATTEMPT_STARTED, HistoryEvent.UNDO_STARTED, target);
            add(draft.attempt(after.attemptsAt(target)));
        }

        private void succeeded(Fact.Succeeded succeeded) {
            Target target = succeeded.target();
            boolean wholeTask = target instanceof Target.Element element && !isFan(element.task());
            HistoryEvent forward = wholeTask ? HistoryEvent.TASK_COMPLETED : HistoryEvent.ELEMENT_COMPLETED;
            add(attempt(forward, HistoryEvent.UNDONE, target)
                    .agent(succeeded.agent())
                    .usage(succeeded.usage())
                    .since(succeeded.startedAtMillis()));
            worked(target, succeeded.agent(), null);
        }

        private void gaveUp(Fact.GaveUp gaveUp) {
            Target target = gaveUp.target();
            HistoryEvent forward = HistoryEvent.ELEMENT_FAILED;
            if (target instanceof Target.Element element && (!isFan(element.task()) || element.element() < 0)) {
                forward = event(after.endOf(element.task()));
            }
            add(attempt(forward, HistoryEvent.UNDO_FAILED, target)
                    .agent(gaveUp.agent())
                    .usage(gaveUp.usage())
                    .cause(gaveUp.failure()));
            worked(target, gaveUp.agent(), gaveUp.failure());
        }

        private void timerFired(Target.Element element) {
            if (!(plan.definition().tasks().get(element.task()).work() instanceof Work.Sleep)) {
                add(attempt(HistoryEvent.DELAY_OVER, HistoryEvent.UNDO_DELAY_OVER, element));
            }
            touch(element.task());
        }

        private void touchThoseWhoWaitFor(String signal) {
            for (int task = 0; task < plan.size(); task++) {
                if (signal.equals(signal(task))) {
                    touch(task);
                }
            }
        }

        private void ended(Ending ending) {
            HistoryEvent event =
                    switch (ending.kind()) {
                        case COMPLETED -> HistoryEvent.EXECUTION_COMPLETED;
                        case FAILED -> HistoryEvent.EXECUTION_FAILED;
                        case CANCELLED -> HistoryEvent.EXECUTION_CANCELLED;
                        case TIMED_OUT -> HistoryEvent.EXECUTION_TIMED_OUT;
                    };
            EntryDraft draft = EntryDraft.of(event).since(startedAtMillis);
            add(ending.kind() == Ending.Kind.COMPLETED ? draft : ending(draft, ending));
        }

        private EntryDraft ending(EntryDraft draft, Ending ending) {
            EntryDraft why = draft.cause(new Failure(ending.code(), ending.message(), false));
            return ending.task() == null ? why : why.task(ending.task());
        }

        private EntryDraft attempt(HistoryEvent forward, HistoryEvent backward, Target target) {
            return place(forward, backward, target).attempt(before.attemptsAt(target));
        }

        private EntryDraft place(HistoryEvent forward, HistoryEvent backward, Target target) {
            EntryDraft draft = EntryDraft.of(target instanceof Target.Undo ? backward : forward);
            Target.Element element = after.elementOf(target);
            if (element == null) {
                element = before.elementOf(target);
            }
            if (element == null) {
                return draft;
            }
            EntryDraft placed = draft.task(element.task());
            return isFan(element.task()) && element.element() >= 0 ? placed.element(element.element()) : placed;
        }

        /** What the facts do not say: a fan-out is over when its last element is, a wait when its signal is there. */
        List<HistoryEntry> withEndsOfTasks() {
            List<HistoryEntry> all = new ArrayList<>(entries);
            for (Map.Entry<Integer, Integer> one : touched.entrySet().stream()
                    .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
                    .toList()) {
                int task = one.getKey();
                TaskStatus status = after.endOf(task);
                if (status != null && before.endOf(task) == null) {
                    TaskTimes known = times[task];
                    over(task, status);
                    HistoryEvent event = event(status);
                    if (entries.stream().noneMatch(entry -> isEnd(entry, task, event))) {
                        all.add(one.getValue(), end(event, task, known));
                    }
                }
            }
            return List.copyOf(all);
        }

        private HistoryEntry end(HistoryEvent event, int task, @Nullable TaskTimes known) {
            EntryDraft draft = EntryDraft.of(event).task(task);
            if (known != null) {
                draft.since(known.startedAtMillis());
                draft.cause(event == HistoryEvent.TASK_COMPLETED ? null : known.lastFailure());
            }
            return draft.entry(step, plan, sentences);
        }

        private boolean isEnd(HistoryEntry entry, int task, HistoryEvent event) {
            return entry.event() == event && plan.graph().id(task).equals(entry.task());
        }

        private void add(EntryDraft draft) {
            entries.add(draft.entry(step, plan, sentences));
        }

        private void began(int task, int attempts) {
            TaskTimes known = times[task];
            times[task] = known == null
                    ? new TaskTimes(step.atMillis(), null, attempts, null, null)
                    : new TaskTimes(
                            known.startedAtMillis(),
                            null,
                            known.attempts() + attempts,
                            known.agent(),
                            known.lastFailure());
        }

        private void touch(int task) {
            touched.put(task, entries.size());
        }

        private void worked(Target target, @Nullable String agent, @Nullable Failure failure) {
            if (!(target instanceof Target.Element element)) {
                return;
            }
            touch(element.task());
            TaskTimes known = times[element.task()];
            if (known != null) {
                times[element.task()] =
                        new TaskTimes(known.startedAtMillis(), known.endedAtMillis(), known.attempts(), agent, failure);
            }
        }

        private void over(int task, TaskStatus status) {
            TaskTimes known = times[task];
            times[task] = known == null
                    ? new TaskTimes(step.atMillis(), step.atMillis(), 0, null, null)
                    : new TaskTimes(
                            known.startedAtMillis(),
                            step.atMillis(),
                            known.attempts(),
                            known.agent(),
                            status == TaskStatus.COMPLETED ? null : known.lastFailure());
        }

        private void forgetWhatRunsAgain() {
            for (int task = 0; task < plan.size(); task++) {
                if (after.endOf(task) == null) {
                    times[task] = null;
                }
            }
        }
    }

    /** Null for a task that waits for none. */
    private @Nullable String signal(int task) {
        return plan.definition().tasks().get(task).work() instanceof Work.WaitFor wait ? wait.signal() : null;
    }

    private boolean isFan(int task) {
        return plan.definition().tasks().get(task).fanOut() != null;
    }

    private static HistoryEvent event(@Nullable TaskStatus end) {
        return switch (end) {
            case COMPLETED -> HistoryEvent.TASK_COMPLETED;
            case SKIPPED -> HistoryEvent.TASK_SKIPPED;
            case CANCELLED -> HistoryEvent.TASK_CANCELLED;
            case TIMEOUT -> HistoryEvent.TASK_TIMED_OUT;
            case FAILED -> HistoryEvent.TASK_FAILED;
            // No task ends so; in a step that brings the execution back, it may have failed and begun anew.
            case PENDING, QUEUED, RUNNING, WAITING, COMPENSATING, COMPENSATED, COMPENSATION_FAILED ->
                HistoryEvent.TASK_FAILED;
            case null -> HistoryEvent.TASK_FAILED;
        };
    }
}
