package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.capocomico.model.definition.OnFailure;
import dev.capocomico.model.definition.Task;
import dev.capocomico.model.plan.Plan;
import org.jspecify.annotations.Nullable;

/** What follows from the end of a task: those that wait for it, what is to be undone, and whether the execution can go on. */
final class TaskEnds {
    private final Plan plan;
    private final Draft draft;
    private final Lines lines;

    TaskEnds(Plan plan, Draft draft, Lines lines) {
        this.plan = plan;
        this.draft = draft;
        this.lines = lines;
    }

    /** A task without fan-out has done what it is there for. */
    void completed(int task, JsonNode output) {
        remember(new Target.Element(task, 0), output);
        over(task, TaskStatus.COMPLETED, output, null);
    }

    void skipped(int task) {
        over(task, TaskStatus.SKIPPED, NullNode.instance, null);
    }

    void failed(int task, Failure failure) {
        failed(task, failure, statusOf(failure));
    }

    void failed(int task, Failure failure, TaskStatus status) {
        over(task, status, NullNode.instance, failure);
        doom(task, failure);
    }

    static TaskStatus statusOf(Failure failure) {
        return switch (failure.code()) {
            case FailureCode.CANCELLED -> TaskStatus.CANCELLED;
            case FailureCode.TIMEOUT -> TaskStatus.TIMEOUT;
            default -> TaskStatus.FAILED; // a code of an agent's own
        };
    }

    /** The execution cannot complete any more, unless the task's failure is one that it goes on after. */
    void doom(int task, Failure failure) {
        if (!goesOnAfter(task) && draft.phase == Phase.RUNNING && draft.doom == null) {
            draft.doom = new Ending(Ending.Kind.FAILED, failure.code(), failure.message(), task);
        }
    }

    boolean goesOnAfter(int task) {
        return plan.definition().onFailure(task(task)) == OnFailure.CONTINUE;
    }

    void over(int task, TaskStatus status, JsonNode output, @Nullable Failure failure) {
        TaskState before = draft.tasks.get(task);
        TaskState.Fan fan = TaskState.fanOf(before);
        TaskState.Taken event = fan == null ? TaskState.eventOf(before) : fan.event();
        draft.put(task, new TaskState.Over(status, output, failure, TaskState.generationOf(before), fan, event));
        draft.unfinished--;
        boolean done = status == TaskStatus.COMPLETED || status == TaskStatus.SKIPPED;
        if (done || goesOnAfter(task)) {
            release(task);
        }
    }

    /** One dependency less for those who wait for this task. */
    private void release(int task) {
        for (int k = 0; k < plan.graph().successorCount(task); k++) {
            int waiting = plan.graph().successor(task, k);
            switch (draft.tasks.get(waiting)) {
                case TaskState.Blocked blocked ->
                    release(waiting, blocked.remaining(), blocked.generation(), blocked.fan());
                case null -> release(waiting, plan.graph().predecessorCount(waiting), 0, null);
                // It was cancelled before its turn came, or is done and outlived a retry of what it waited for.
                case TaskState.Over over -> {}
                case TaskState.Ready ready -> throw notWaiting(waiting, ready);
                case TaskState.AwaitingEvent awaiting -> throw notWaiting(waiting, awaiting);
                case TaskState.AwaitingSignal awaiting -> throw notWaiting(waiting, awaiting);
                case TaskState.Sleeping sleeping -> throw notWaiting(waiting, sleeping);
                case TaskState.Single single -> throw notWaiting(waiting, single);
                case TaskState.Fan fan -> throw notWaiting(waiting, fan);
            }
        }
    }

    private void release(int waiting, int remaining, int generation, TaskState.@Nullable Fan kept) {
        if (remaining > 1) {
            draft.put(waiting, new TaskState.Blocked(remaining - 1, generation, kept));
        } else if (kept == null) {
            lines.ready(waiting, generation, null);
        } else {
            new Fans(plan.definition(), draft, lines, this).resume(waiting, kept);
        }
    }

    private IllegalStateException notWaiting(int task, TaskState state) {
        return new IllegalStateException(
                "task \"" + task(task).id() + "\" was begun before what it waits for was done: " + state);
    }

    /** What has been done is remembered if there is a way to undo it. */
    void remember(Target.Element element, JsonNode output) {
        if (task(element.task()).compensation() != null) {
            draft.completions = draft.completions.add(new Completion(element, output));
        }
    }

    private Task task(int index) {
        return plan.definition().tasks().get(index);
    }
}
