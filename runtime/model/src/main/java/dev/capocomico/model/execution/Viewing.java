package dev.capocomico.model.execution;

import dev.capocomico.model.definition.Task;
import dev.capocomico.model.definition.Work;
import dev.capocomico.model.execution.TaskView.ElementCounts;
import dev.capocomico.model.execution.TaskView.UndoCounts;
import dev.capocomico.model.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds the words for where an execution and its tasks stand. Linear in tasks and elements. */
final class Viewing {
    private final Plan plan;
    private final ExecutionState state;
    private final Predicate<AttemptKey> hasAgent;
    private final @Nullable Tally[] undoing;

    Viewing(Plan plan, ExecutionState state, Predicate<AttemptKey> hasAgent) {
        this.plan = plan;
        this.state = state;
        this.hasAgent = hasAgent;
        this.undoing = undoing();
    }

    /** How many of what belongs together stand where. */
    private final class Tally {
        private int of;
        private int done;
        private int failed;
        private int withAgent;
        private int dispatched;
        private int due;
        private int resting;
        private int attempt;
        private long nextAtMillis = ExecutionState.NEVER;

        void add(Target target, @Nullable ElementState element) {
            of++;
            attempt = Math.max(attempt, Elements.progress(element).attempts());
            switch (element) {
                case ElementState.Running running -> {
                    // A child needs no agent of its own.
                    if (isChild(target) || hasAgent.test(new AttemptKey(target, running.fence()))) {
                        withAgent++;
                    } else {
                        dispatched++;
                    }
                }
                case ElementState.Due isDue -> due++;
                case ElementState.Resting waits -> {
                    resting++;
                    nextAtMillis = Math.min(nextAtMillis, waits.untilMillis());
                }
                case ElementState.Done isDone -> done++;
                case ElementState.Failed hasFailed -> failed++;
                case ElementState.Fresh fresh -> {}
                case null -> {}
            }
        }

        boolean begun() {
            return withAgent + dispatched + due + resting + done + failed > 0;
        }

        /** Nothing is tried again once the execution is on its way to its end, unless it is undone there. */
        @Nullable Long nextAttempt(boolean goesOn) {
            return goesOn && nextAtMillis != ExecutionState.NEVER ? nextAtMillis : null;
        }

        UndoCounts counts() {
            return new UndoCounts(of, done, withAgent + dispatched, failed);
        }
    }

    ExecutionView view() {
        List<TaskView> tasks = new ArrayList<>(plan.size());
        for (int task = 0; task < plan.size(); task++) {
            tasks.add(view(task));
        }
        return new ExecutionView(state.status(), phase(tasks), tasks, state.ending());
    }

    private ExecutionView.@Nullable Phase phase(List<TaskView> tasks) {
        if (state.hasEnded() || state.phase() == Phase.NEW) {
            return null;
        }
        int level = tasks.stream()
                .filter(task -> state.endOf(task.task()) == null)
                .mapToInt(task -> plan.level(task.task()))
                .min()
                .orElse(-1);
        if (level < 0) {
            return null;
        }
        List<String> running = tasks.stream()
                .filter(task -> plan.level(task.task()) == level && task.status() == TaskStatus.RUNNING)
                .map(TaskView::id)
                .toList();
        return new ExecutionView.Phase(level, running);
    }

    private TaskView view(int task) {
        Tally undo = undoing[task];
        if (undo != null && undo.begun()) {
            return undone(task, undo);
        }
        UndoCounts toUndo = undo == null ? null : undo.counts();
        return switch (state.stateOf(task)) {
            case null -> simple(task, TaskStatus.PENDING, null, toUndo);
            case TaskState.Blocked blocked -> simple(task, TaskStatus.PENDING, null, toUndo);
            case TaskState.Ready ready -> simple(task, ends() ? TaskStatus.PENDING : TaskStatus.QUEUED, null, toUndo);
            case TaskState.AwaitingEvent waiting -> waits(task, waiting(task, waiting));
            case TaskState.AwaitingSignal waiting -> waits(task, waiting(task, waiting));
            case TaskState.Sleeping sleeping -> waits(task, new Waiting.ForTime(id(task), sleeping.untilMillis()));
            case TaskState.Single single -> single(task, single);
            case TaskState.Fan fan -> fan(task, fan, toUndo);
            case TaskState.Over over -> over(task, over, toUndo);
        };
    }

    private TaskView simple(int task, TaskStatus status, @Nullable Waiting waitsFor, @Nullable UndoCounts toUndo) {
        return new TaskView(task, id(task), status, 0, null, null, waitsFor, null, toUndo);
    }

    /** Whether no task will begin any more: what waited is given up. */
    private boolean ends() {
        return state.phase() != Phase.RUNNING;
    }

    private TaskView waits(int task, Waiting waitsFor) {
        return ends()
                ? simple(task, TaskStatus.CANCELLED, null, null)
                : simple(task, TaskStatus.WAITING, waitsFor, null);
    }

    private Waiting waiting(int task, TaskState.AwaitingEvent waiting) {
        var event = definition(task).onEvent();
        return new Waiting.ForEvent(id(task), event == null ? "" : event.topic(), waiting.deadlineMillis());
    }

    private Waiting waiting(int task, TaskState.AwaitingSignal waiting) {
        String signal = definition(task).work() instanceof Work.WaitFor wait ? wait.signal() : "";
        return new Waiting.ForSignal(id(task), signal, waiting.deadlineMillis());
    }

    private TaskView single(int task, TaskState.Single single) {
        Target.Element target = new Target.Element(task, 0);
        Tally tally = new Tally();
        tally.add(target, single.element());
        Waiting child = child(target, single.element());
        TaskStatus status = child == null ? status(tally) : TaskStatus.WAITING;
        Failure failure = single.element() instanceof ElementState.Failed failed ? failed.failure() : null;
        return new TaskView(
                task, id(task), status, tally.attempt, null, tally.nextAttempt(!ends()), child, failure, null);
    }

    /** The first of those that a fan-out of children waits for stands for all. */
    private TaskView fan(int task, TaskState.Fan fan, @Nullable UndoCounts toUndo) {
        Tally tally = tally(task, fan);
        Waiting child = null;
        for (int element = 0; element < fan.count() && child == null && isChild(task); element++) {
            child = child(new Target.Element(task, element), fan.elements().get(element));
        }
        TaskStatus status = child == null ? status(tally) : TaskStatus.WAITING;
        return new TaskView(
                task,
                id(task),
                status,
                tally.attempt,
                counts(tally),
                tally.nextAttempt(!ends() && !fan.stopped()),
                child,
                fan.failure(),
                toUndo);
    }

    private Tally tally(int task, TaskState.Fan fan) {
        Tally tally = new Tally();
        for (int element = 0; element < fan.count(); element++) {
            tally.add(new Target.Element(task, element), fan.elements().get(element));
        }
        return tally;
    }

    /** An element that was dispatched and has no agent yet counts among those that wait for their turn. */
    private ElementCounts counts(Tally tally) {
        int running = tally.withAgent;
        return new ElementCounts(tally.of, tally.done, running, tally.resting, tally.failed);
    }

    private TaskStatus status(Tally tally) {
        if (tally.withAgent > 0) {
            return TaskStatus.RUNNING;
        }
        if (ends()) {
            return tally.dispatched > 0 ? TaskStatus.QUEUED : TaskStatus.CANCELLED;
        }
        boolean onlyWaits = tally.resting > 0 && tally.resting + tally.done + tally.failed == tally.of;
        return onlyWaits ? TaskStatus.WAITING : TaskStatus.QUEUED;
    }

    private TaskView over(int task, TaskState.Over over, @Nullable UndoCounts toUndo) {
        ElementCounts counts = over.fan() == null ? null : counts(tally(task, over.fan()));
        return new TaskView(task, id(task), over.status(), 0, counts, null, null, over.failure(), toUndo);
    }

    private TaskView undone(int task, Tally undo) {
        boolean failed = undo.failed > 0 && undo.failed + undo.done == undo.of;
        TaskStatus status = failed
                ? TaskStatus.COMPENSATION_FAILED
                : undo.done == undo.of ? TaskStatus.COMPENSATED : TaskStatus.COMPENSATING;
        TaskState of = state.tasks().get(task);
        TaskState.Fan fan = TaskState.fanOf(of);
        Failure failure = of instanceof TaskState.Over over ? over.failure() : null;
        return new TaskView(
                task,
                id(task),
                status,
                undo.attempt,
                fan == null ? null : counts(tally(task, fan)),
                undo.nextAttempt(!state.hasEnded()),
                null,
                failure,
                undo.counts());
    }

    private @Nullable Waiting child(Target.Element target, @Nullable ElementState element) {
        if (!isChild(target) || !(element instanceof ElementState.Running running) || state.started() == null) {
            return null;
        }
        String executionId = state.started().executionId();
        return new Waiting.ForChild(
                id(target.task()), Attempts.childId(executionId, id(target.task()), target, running.progress()));
    }

    private @Nullable Tally[] undoing() {
        @Nullable Tally[] byTask = new Tally[plan.size()];
        Undoing now = state.undoing();
        for (int entry = 0; now != null && entry < now.entries().size(); entry++) {
            int task = now.entries().get(entry).element().task();
            Tally tally = byTask[task] == null ? new Tally() : byTask[task];
            tally.add(new Target.Undo(entry), now.states().get(entry));
            byTask[task] = tally;
        }
        return byTask;
    }

    private boolean isChild(Target target) {
        return target instanceof Target.Element element && isChild(element.task());
    }

    private boolean isChild(int task) {
        return definition(task).work() instanceof Work.Child;
    }

    private Task definition(int task) {
        return plan.definition().tasks().get(task);
    }

    private String id(int task) {
        return plan.graph().id(task);
    }
}
