package dev.capocomico.model.execution;

import dev.capocomico.model.collection.Chunks;
import dev.capocomico.model.collection.Fifo;
import dev.capocomico.model.definition.SagaStrategy;
import dev.capocomico.model.definition.Work;
import dev.capocomico.model.plan.Plan;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings an ended execution back: what stayed completed stays, what failed, was stopped or was undone becomes as if it had not
 * been tried. What was undone gets a new generation, so that its idempotency keys are new, and so does a task whose child
 * executions did not bring it to its end: wherever it stood (failed, waiting for its next try, between two iterations), a child of
 * its old generation has ended, and the id of one that has ended is never used again.
 */
final class Revival {
    private final Plan plan;
    private final Draft draft;
    private final Lines lines;
    private final Fans fans;
    private final Set<Target.Element> undone = new HashSet<>();
    private final Set<Target.Element> toBeUndone = new HashSet<>();
    private final Map<Integer, TaskState.Fan> resumed = new LinkedHashMap<>();
    private final BitSet stays = new BitSet();

    Revival(Plan plan, Draft draft, Lines lines, Fans fans) {
        this.plan = plan;
        this.draft = draft;
        this.lines = lines;
        this.fans = fans;
    }

    void apply(Fact.Retried retried) {
        draft.phase = Phase.RUNNING;
        draft.ending = null;
        draft.deadlineMillis = retried.deadlineMillis();
        draft.graceUntilMillis = ExecutionState.NEVER;
        settleWhatWasUndone();
        draft.completions.toList().forEach(completion -> toBeUndone.add(completion.element()));
        for (int task = 0; task < plan.size(); task++) {
            stays.set(task, staysDone(task));
        }
        draft.unfinished = plan.size() - stays.cardinality();
        for (int task = 0; task < plan.size(); task++) {
            if (!stays.get(task)) {
                reset(task);
            }
        }
        // Only now, when all who wait know for how many: a fan-out may be over at once.
        resumed.forEach(fans::resume);
        draft.bytesHeld = Held.by(draft);
        draft.inputBytes = Held.inputsOf(draft);
    }

    /** What could not be undone is still to be undone if the execution fails again. */
    private void settleWhatWasUndone() {
        Undoing undoing = draft.undoing;
        if (undoing == null) {
            return;
        }
        boolean backward = plan.definition().faultTolerance().strategy() == SagaStrategy.BACKWARD;
        List<Completion> entries = undoing.entries();
        Fifo<Completion> oldestFirst = Fifo.empty();
        for (int i = 0; i < entries.size(); i++) {
            int entry = backward ? entries.size() - 1 - i : i;
            if (undoing.undone(entry)) {
                undone.add(entries.get(entry).element());
            } else {
                oldestFirst = oldestFirst.add(entries.get(entry));
            }
        }
        draft.completions = oldestFirst;
        draft.undoing = null;
    }

    private boolean staysDone(int task) {
        if (!(draft.tasks.get(task) instanceof TaskState.Over over)) {
            return false;
        }
        boolean done = over.status() == TaskStatus.COMPLETED || over.status() == TaskStatus.SKIPPED;
        return done && !touched(task, over.fan());
    }

    private boolean touched(int task, TaskState.@Nullable Fan fan) {
        int count = fan == null ? 1 : fan.count();
        for (int element = 0; element < count; element++) {
            if (undone.contains(new Target.Element(task, element))) {
                return true;
            }
        }
        return false;
    }

    private void reset(int task) {
        TaskState before = draft.tasks.get(task);
        TaskState.Fan kept = kept(task, TaskState.fanOf(before));
        int generation = kept == null ? generation(task, before) : kept.generation();
        int remaining = 0;
        for (int k = 0; k < plan.graph().predecessorCount(task); k++) {
            remaining += stays.get(plan.graph().predecessor(task, k)) ? 0 : 1;
        }
        if (remaining > 0) {
            draft.put(task, new TaskState.Blocked(remaining, generation, kept));
        } else if (kept != null) {
            resumed.put(task, kept);
        } else {
            lines.ready(task, generation, null);
        }
    }

    /**
     * A fan-out of which something stays done, or is still to be undone some day, goes on with the items it had: with others, it
     * would be at the wrong place. Else it begins anew, and looks at its condition, its event and its list again.
     */
    private TaskState.@Nullable Fan kept(int task, TaskState.@Nullable Fan fan) {
        if (fan == null) {
            return null;
        }
        Chunks.Editor<ElementState> edited = fan.elements().edit();
        boolean someStay = false;
        for (int element = 0; element < fan.count(); element++) {
            ElementState state = fan.elements().get(element);
            Target.Element target = new Target.Element(task, element);
            boolean stays = state instanceof ElementState.Done && !undone.contains(target);
            someStay |= stays || toBeUndone.contains(target);
            if (state != null && !stays) {
                edited.set(element, new ElementState.Fresh(generation(target, state)));
            }
        }
        return someStay ? TaskState.Fan.begun(fan.items(), edited.freeze(), fan.generation(), fan.event()) : null;
    }

    /** Of a task that begins anew as a whole: not below that of anything it did before. */
    private int generation(int task, @Nullable TaskState before) {
        TaskState.Fan fan = TaskState.fanOf(before);
        if (fan == null) {
            boolean hadChild = isChild(task) && before != null && mayHaveHadChild(before);
            boolean wasUndone = undone.contains(new Target.Element(task, 0));
            return TaskState.generationOf(before) + (hadChild || wasUndone ? 1 : 0);
        }
        int highest = fan.generation();
        for (int element = 0; element < fan.count(); element++) {
            ElementState state = fan.elements().get(element);
            if (state != null) {
                highest = Math.max(highest, generation(new Target.Element(task, element), state));
            }
        }
        return highest;
    }

    private int generation(Target.Element element, ElementState before) {
        boolean hadChild = isChild(element.task()) && tried(before);
        return Elements.progress(before).generation() + (hadChild || undone.contains(element) ? 1 : 0);
    }

    /** Of one that failed as a whole it is not known how far it had come. */
    private static boolean mayHaveHadChild(TaskState before) {
        return switch (before) {
            case TaskState.Single single -> tried(single.element());
            case TaskState.Over over -> over.failure() != null;
            case TaskState.Fan fan -> throw new IllegalStateException("the elements of a fan-out are looked at singly");
            case TaskState.Blocked blocked -> false;
            case TaskState.Ready ready -> false;
            case TaskState.AwaitingEvent waiting -> false;
            case TaskState.AwaitingSignal waiting -> false;
            case TaskState.Sleeping sleeping -> false;
        };
    }

    /** Whether attempts were made, and none of them was the last. */
    private static boolean tried(ElementState state) {
        return !(state instanceof ElementState.Done) && Elements.progress(state).attempts() > 0;
    }

    private boolean isChild(int task) {
        return plan.definition().tasks().get(task).work() instanceof Work.Child;
    }
}
