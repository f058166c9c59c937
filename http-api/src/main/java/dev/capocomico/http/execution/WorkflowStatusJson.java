package dev.capocomico.http.execution;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.engine.ExecutionAnswer;
import dev.capocomico.model.definition.Compensation;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Task;
import dev.capocomico.model.definition.Work;
import dev.capocomico.model.execution.AttemptKey;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.ExecutionView;
import dev.capocomico.model.execution.Target;
import dev.capocomico.model.execution.TaskStatus;
import dev.capocomico.model.execution.TaskView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** An execution as those see it who ask for a workflow's: in short, and with its agents. What does not apply is null. */
public final class WorkflowStatusJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private WorkflowStatusJson() {}

    /** One whose history is there. */
    public static ObjectNode of(
            @Nullable String workflowId, String executionId, ExecutionAnswer.Standing standing, long nowMillis) {
        ExecutionState state = standing.state();
        ExecutionView view = ExecutionView.of(standing.plan(), state, standing.working()::contains);
        Definition definition = standing.plan().definition();
        ObjectNode json = begin(workflowId, executionId, view.status().wireName());
        json.set("current_phase", view.phase() == null ? JSON.nullNode() : ExecutionJson.phase(view.phase()));
        json.set("agents", agents(definition, standing));
        json.set("performance_metrics", metrics(view, state, nowMillis));
        Ending ending = view.ending();
        if (ending == null || ending.kind() == Ending.Kind.COMPLETED) {
            json.putNull("error_details");
        } else {
            ExecutionJson.error(json.putObject("error_details"), ending, definition);
        }
        return json;
    }

    /** What is left of one whose history was removed. */
    public static ObjectNode of(@Nullable String workflowId, String executionId, ExecutionAnswer.Archived archived) {
        ObjectNode json = begin(workflowId, executionId, archived.status().wireName());
        json.putNull("current_phase");
        json.putArray("agents");
        json.putObject("performance_metrics");
        if (archived.ending().kind() == Ending.Kind.COMPLETED) {
            json.putNull("error_details");
        } else {
            ExecutionJson.error(json.putObject("error_details"), archived);
        }
        return json;
    }

    private static ObjectNode begin(@Nullable String workflowId, String executionId, String status) {
        return JSON.objectNode()
                .put("workflow_id", workflowId)
                .put("execution_id", executionId)
                .put("status", status);
    }

    private static ArrayNode agents(Definition definition, ExecutionAnswer.Standing standing) {
        Map<String, Integer> working = new HashMap<>();
        for (AttemptKey attempt : standing.working()) {
            String role = role(definition, standing.state(), attempt.target());
            if (role != null) {
                working.merge(role, 1, Integer::sum);
            }
        }
        ArrayNode json = JSON.arrayNode();
        definition.agents().forEach((role, agent) -> json.addObject()
                .put("role", role)
                .put("type", agent.type())
                .put("count", agent.count())
                .put("working", working.getOrDefault(role, 0)));
        return json;
    }

    private static @Nullable String role(Definition definition, ExecutionState state, Target target) {
        Target.Element element = state.elementOf(target);
        if (element == null) {
            return null;
        }
        Task task = definition.tasks().get(element.task());
        Compensation compensation = task.compensation();
        if (target instanceof Target.Undo) {
            return compensation == null ? null : compensation.agent();
        }
        return task.work() instanceof Work.AgentCall call ? call.role() : null;
    }

    private static ObjectNode metrics(ExecutionView view, ExecutionState state, long nowMillis) {
        long until = state.hasEnded() ? state.atMillis() : Math.max(nowMillis, state.atMillis());
        List<TaskView> tasks = view.tasks();
        return JSON.objectNode()
                .put("elapsed_seconds", (until - state.startedAtMillis()) / 1_000.0)
                .put("tasks", tasks.size())
                .put("tasks_completed", count(tasks, TaskStatus.COMPLETED::equals))
                .put(
                        "tasks_failed",
                        count(tasks, status -> status == TaskStatus.FAILED || status == TaskStatus.TIMEOUT))
                .put("tasks_running", count(tasks, TaskStatus.RUNNING::equals))
                .put("attempts_in_flight", state.inFlight());
    }

    private static long count(List<TaskView> tasks, Predicate<TaskStatus> counts) {
        return tasks.stream().map(TaskView::status).filter(counts).count();
    }
}
