package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.capocomico.model.collection.Chunks;
import dev.capocomico.model.collection.Fifo;
import dev.capocomico.model.definition.OnFailure;
import dev.capocomico.model.plan.Plan;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings an ended execution back: what stayed completed stays, what failed, was stopped or was undone becomes as if it had not
 * been tried, and what was undone gets a new generation, so that its idempotency keys are new.
 */
final class Revival {
    private final Plan plan;
    private final Draft draft;
    private final Evolution evolution;
    private final Set<Target.Element> undone = new HashSet<>();
    private final BitSet stays = new BitSet();

    Revival(Plan plan, Draft draft, Evolution evolution) {
        this.plan = plan;
        this.draft = draft;
        this.evolution = evolution;
    }

    void apply(Fact.Retried retried) {
        draft.phase = Phase.RUNNING;
        draft.ending = null;
        draft.deadlineMillis = retried.deadlineMillis();
        draft.graceUntilMillis = ExecutionState.NEVER;
        settleWhatWasUndone();
        for (int task = 0; task < plan.size(); task++) {
            stays.set(task, staysDone(task));
        }
        draft.unfinished = plan.size() - stays.cardinality();
        for (int task = 0; task < plan.size(); task++) {
            if (!stays.get(task)) {
                reset(task);
            }
        }
    }

    /** What could not be undone is still to be undone if the execution fails again. */
    private void settleWhatWasUndone() {
        Undoing undoing = draft.undoing;
        if (undoing == null) {
            return;
        }
        Fifo<Completion> left = Fifo.empty();
        for (int entry = 0; entry < undoing.entries().size(); entry++) {
            Completion completion = undoing.entries().get(entry);
            if (undoing.undone(entry)) {
                undone.add(completion.element());
            } else {
                left = left.add(completion);
            }
        }
        draft.completions = left;
        draft.undoing = null;
    }

    private boolean staysDone(int task) {
        if (!(draft.tasks.get(task) instanceof TaskState.Over over)) {
            return false;
        }
        boolean done = over.status() == TaskStatus.COMPLETED || over.status() == TaskStatus.SKIPPED;
        boolean passedOver =
                plan.definition().onFailure(plan.definition().tasks().get(task)) == OnFailure.CONTINUE;
        return (done || passedOver) && !touched(task, over.elements());
    }

    private boolean touched(int task, @Nullable Chunks<ElementState> elements) {
        int count = elements == null ? 1 : elements.size();
        for (int element = 0; element < count; element++) {
            if (undone.contains(new Target.Element(task, element))) {
                return true;
            }
        }
        return false;
    }

    private void reset(int task) {
        int remaining = 0;
        for (int k = 0; k < plan.graph().predecessorCount(task); k++) {
            remaining += stays.get(plan.graph().predecessor(task, k)) ? 0 : 1;
        }
        TaskState before = draft.tasks.get(task);
        int generation = generation(task, before);
        if (remaining > 0) {
            draft.tasks.set(task, new TaskState.Blocked(remaining, generation));
            return;
        }
        switch (before) {
            case TaskState.Fan fan -> resume(task, fan.items(), fan.elements(), fan.event());
            case TaskState.Over over
            when over.elements() != null -> resume(task, over.items(), over.elements(), over.event());
            case TaskState.Over over -> evolution.ready(task, generation);
            case TaskState.Blocked blocked -> evolution.ready(task, generation);
            case TaskState.Ready ready -> evolution.ready(task, generation);
            case TaskState.AwaitingEvent waiting -> evolution.ready(task, generation);
            case TaskState.AwaitingSignal waiting -> evolution.ready(task, generation);
            case TaskState.Sleeping sleeping -> evolution.ready(task, generation);
            case TaskState.Single single -> evolution.ready(task, generation);
            case null -> evolution.ready(task, generation);
        }
    }

    private void resume(
            int task, @Nullable ArrayNode items, Chunks<ElementState> elements, TaskState.@Nullable Taken event) {
        Chunks.Editor<ElementState> edited = elements.edit();
        int ended = 0;
        int next = elements.size();
        for (int element = elements.size() - 1; element >= 0; element--) {
            ElementState before = elements.get(element);
            boolean isUndone = undone.contains(new Target.Element(task, element));
            if (before instanceof ElementState.Done && !isUndone) {
                ended++;
            } else {
                int generation = Elements.progress(before).generation() + (isUndone ? 1 : 0);
                edited.set(element, new ElementState.Fresh(generation));
                next = element;
            }
        }
        evolution.resumeFan(task, new TaskState.Fan(items, edited.freeze(), next, 0, ended, false, null, false, event));
    }

    private int generation(int task, @Nullable TaskState before) {
        int was = before instanceof TaskState.Over over
                ? over.generation()
                : before instanceof TaskState.Single single
                        ? Elements.progress(single.element()).generation()
                        : before instanceof TaskState.Blocked blocked ? blocked.generation() : 0;
        return was + (undone.contains(new Target.Element(task, 0)) ? 1 : 0);
    }
}
