package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.capocomico.model.expression.Scope;
import dev.capocomico.model.expression.Variable;
import dev.capocomico.model.plan.Plan;
import dev.capocomico.model.value.Reference;
import org.jspecify.annotations.Nullable;

/**
 * What an expression of a task sees: the draft, and what the element has of its own. Large values are looked up when something looks into
 * them, and handed on as references when nothing does.
 *
 * @param fan null for a task without a list of items
 */
record Sight(
        Plan plan,
        Draft draft,
        Lookup lookup,
        TaskState.@Nullable Fan fan,
        @Nullable Integer index,
        @Nullable JsonNode event,
        @Nullable JsonNode output,
        @Nullable Integer iteration)
        implements Scope {

    static Sight ofExecution(Plan plan, Draft draft, Lookup lookup) {
        return new Sight(plan, draft, lookup, null, null, null, null, null);
    }

    Sight withEvent(@Nullable JsonNode payload) {
        return new Sight(plan, draft, lookup, fan, index, payload, output, iteration);
    }

    Sight withOutput(JsonNode value, @Nullable Integer ofIteration) {
        return new Sight(plan, draft, lookup, fan, index, event, value, ofIteration);
    }

    @Override
    public @Nullable JsonNode variable(Variable variable) {
        return switch (variable) {
            case INPUT -> begun().input();
            case ITEM -> item();
            case INDEX -> index == null ? null : IntNode.valueOf(index);
            case EVENT -> event;
            case OUTPUT -> output;
            case ITERATION -> iteration == null ? null : IntNode.valueOf(iteration);
        };
    }

    private @Nullable JsonNode item() {
        if (fan == null || fan.items() == null || index == null) {
            return null;
        }
        JsonNode item = open(Reference.fromList(fan.items())).get(index);
        // Only while the list is not at hand, or lost: then what the expression comes to does not count.
        return item == null ? NullNode.instance : item;
    }

    @Override
    public @Nullable JsonNode taskOutput(String taskId) {
        int task = plan.graph().indexOf(taskId);
        if (task < 0) {
            return null;
        }
        return draft.tasks.get(task) instanceof TaskState.Over over ? over.output() : NullNode.instance;
    }

    @Override
    public @Nullable String taskStatus(String taskId) {
        int task = plan.graph().indexOf(taskId);
        return task < 0 ? null : draft.taskStatus(task).wireName();
    }

    @Override
    public String executionId() {
        return begun().executionId();
    }

    @Override
    public JsonNode open(JsonNode held) {
        return lookup.open(held);
    }

    @Override
    public JsonNode whole(JsonNode held) {
        return lookup.whole(held);
    }

    private Fact.Started begun() {
        if (draft.started == null) {
            throw new IllegalStateException("no expression is evaluated before the start");
        }
        return draft.started;
    }
}
