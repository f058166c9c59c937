package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.capocomico.model.expression.Scope;
import dev.capocomico.model.expression.Variable;
import dev.capocomico.model.plan.Plan;
import org.jspecify.annotations.Nullable;

/** What an expression of a task sees: the draft, and what the element has of its own. */
record Sight(
        Plan plan,
        Draft draft,
        @Nullable JsonNode item,
        @Nullable Integer index,
        @Nullable JsonNode event,
        @Nullable JsonNode output,
        @Nullable Integer iteration)
        implements Scope {

    static Sight ofExecution(Plan plan, Draft draft) {
        return new Sight(plan, draft, null, null, null, null, null);
    }

    Sight withEvent(@Nullable JsonNode payload) {
        return new Sight(plan, draft, item, index, payload, output, iteration);
    }

    Sight withOutput(JsonNode value, @Nullable Integer ofIteration) {
        return new Sight(plan, draft, item, index, event, value, ofIteration);
    }

    @Override
    public @Nullable JsonNode variable(Variable variable) {
        return switch (variable) {
            case INPUT -> begun().input();
            case ITEM -> item;
            case INDEX -> index == null ? null : IntNode.valueOf(index);
            case EVENT -> event;
            case OUTPUT -> output;
            case ITERATION -> iteration == null ? null : IntNode.valueOf(iteration);
        };
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

    private Fact.Started begun() {
        if (draft.started == null) {
            throw new IllegalStateException("no expression is evaluated before the start");
        }
        return draft.started;
    }
}
