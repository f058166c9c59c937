package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.capocomico.model.collection.Chunks;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.FanOut;

/** Tasks of many elements. */
final class Fans {
    private final Definition definition;
    private final Draft draft;
    private final Lines lines;
    private final TaskEnds ends;

    Fans(Definition definition, Draft draft, Lines lines, TaskEnds ends) {
        this.definition = definition;
        this.draft = draft;
        this.lines = lines;
        this.ends = ends;
    }

    void expand(Fact.Expanded expanded) {
        int task = expanded.task();
        if (expanded.count() == 0) {
            ends.over(task, TaskStatus.COMPLETED, JsonNodeFactory.instance.arrayNode(), null);
            return;
        }
        TaskState before = draft.tasks.get(task);
        Chunks<ElementState> elements = Chunks.ofSize(expanded.count());
        put(
                task,
                TaskState.Fan.begun(
                        expanded.items(), elements, TaskState.generationOf(before), TaskState.eventOf(before)));
    }

    /** A fan-out with elements left and a slot free stands in line exactly once. */
    void put(int task, TaskState.Fan fan) {
        FanOut settings = definition.tasks().get(task).fanOut();
        Integer max = settings == null ? null : settings.maxParallel();
        boolean canStart = draft.phase == Phase.RUNNING && fan.hasMore() && (max == null || fan.running() < max);
        if (canStart && !fan.queued()) {
            lines.startElements(task);
        }
        draft.put(task, fan.queued(canStart));
    }

    /** Goes on with a fan-out of an earlier life; all its elements may be done already. */
    void resume(int task, TaskState.Fan fan) {
        put(task, fan);
        endIfOver(task);
    }

    void dispatched(int task) {
        if (draft.tasks.get(task) instanceof TaskState.Fan fan && fan.queued()) {
            lines.giveWay(task);
        }
    }

    /** One element that failed for good stops new ones, unless the execution goes on after that. */
    void elementFailed(int task, TaskState.Fan fan, Failure failure) {
        put(task, fan.failed(failure, !ends.goesOnAfter(task)));
        ends.doom(task, failure);
        endIfOver(task);
    }

    /** A fan-out is over when all elements have ended, or when it was stopped and none runs any more. */
    void endIfOver(int task) {
        if (!(draft.tasks.get(task) instanceof TaskState.Fan fan)) {
            return;
        }
        if (fan.stopped() && fan.failure() != null) {
            if (fan.running() == 0) {
                ends.failed(task, fan.failure());
            }
        } else if (fan.ended() == fan.count()) {
            TaskStatus status = fan.failure() == null ? TaskStatus.COMPLETED : TaskStatus.FAILED;
            ends.over(task, status, outputs(fan), fan.failure());
        }
    }

    private static ArrayNode outputs(TaskState.Fan fan) {
        ArrayNode outputs = JsonNodeFactory.instance.arrayNode(fan.count());
        for (int element = 0; element < fan.count(); element++) {
            outputs.add(
                    fan.elements().get(element) instanceof ElementState.Done done ? done.output() : NullNode.instance);
        }
        return outputs;
    }
}
