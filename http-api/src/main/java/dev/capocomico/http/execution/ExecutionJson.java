package dev.capocomico.http.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.engine.ExecutionAnswer;
import dev.capocomico.engine.store.ExecutionList.Entry;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.ExecutionView;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.TaskView;
import dev.capocomico.model.execution.Waiting;
import dev.capocomico.model.plan.Plan;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An execution as users' programs see it. What does not apply is left out. */
final class ExecutionJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private ExecutionJson() {}

    static ObjectNode of(String id, @Nullable String workflowId, ExecutionAnswer.Standing standing, ShownValues shown) {
        Plan plan = standing.plan();
        ExecutionState state = standing.state();
        ExecutionView view = ExecutionView.of(plan, state, standing.working()::contains);
        ObjectNode json = begin(id, workflowId);
        Definition definition = plan.definition();
        json.putObject("workflow")
                .put("name", definition.name())
                .put("version", definition.version())
                .put("digest", plan.digest());
        json.put("status", view.status().wireName());
        json.put("seq", state.steps());
        json.put("updated_at", time(state.atMillis()));
        if (state.started() != null) {
            start(json, state.started(), shown.input());
        }
        if (shown.output() != null) {
            json.set("output", shown.output());
        }
        if (!shown.omitted().isEmpty()) {
            json.set("omitted", shown.omitted());
        }
        if (view.ending() != null && view.ending().kind() != Ending.Kind.COMPLETED) {
            error(json.putObject("error_details"), view.ending(), definition);
        }
        if (view.phase() != null) {
            json.set("current_phase", phase(view.phase()));
        }
        ArrayNode tasks = json.putArray("tasks");
        view.tasks().forEach(task -> tasks.add(task(task)));
        return json;
    }

    /** As the table of executions knows it: in lists, and one that cannot say itself where it stands. */
    static ObjectNode of(Entry entry) {
        ObjectNode json = begin(entry.key().id(), entry.workflowId());
        json.putObject("workflow")
                .put("name", entry.workflow())
                .put("version", entry.version())
                .put("digest", entry.digest());
        json.put("status", entry.status().wireName());
        json.put("seq", entry.steps());
        json.put("updated_at", entry.updatedAt().toString());
        if (entry.parentExecutionId() != null) {
            json.put("parent", entry.parentExecutionId());
        }
        if (!entry.labels().isEmpty()) {
            ObjectNode labels = json.putObject("labels");
            entry.labels().forEach(labels::put);
        }
        if (entry.quarantined() != null) {
            json.put("quarantined", true);
            json.put("quarantine_reason", entry.quarantined().reason());
            json.put("quarantined_at", entry.quarantined().since().toString());
        }
        return json;
    }

    /** What is left of one whose history was removed. */
    static ObjectNode of(String id, @Nullable String workflowId, ExecutionAnswer.Archived archived) {
        ObjectNode json = begin(id, workflowId);
        json.putObject("workflow").put("digest", archived.planDigest());
        json.put("status", archived.status().wireName());
        if (archived.output() != null) {
            json.set("output", archived.output());
        }
        Ending ending = archived.ending();
        if (ending.kind() != Ending.Kind.COMPLETED) {
            error(json.putObject("error_details"), archived);
        }
        return json;
    }

    private static ObjectNode begin(String id, @Nullable String workflowId) {
        ObjectNode json = JSON.objectNode().put("execution_id", id);
        return workflowId == null ? json : json.put("workflow_id", workflowId);
    }

    static void error(ObjectNode json, ExecutionAnswer.Archived archived) {
        json.put("code", archived.ending().code())
                .put("message", archived.ending().message());
        if (archived.task() != null) {
            json.put("task_id", archived.task());
        }
    }

    private static void start(ObjectNode json, Fact.Started started, @Nullable JsonNode input) {
        if (started.by() != null) {
            json.put("started_by", started.by());
        }
        if (input != null) {
            json.set("input", input);
        }
        if (!started.options().labels().isEmpty()) {
            ObjectNode labels = json.putObject("labels");
            started.options().labels().forEach(labels::put);
        }
        if (started.options().parent() != null) {
            json.put("parent", started.options().parent().executionId());
        }
    }

    static void error(ObjectNode json, Ending ending, Definition definition) {
        json.put("code", ending.code()).put("message", ending.message());
        if (ending.task() != null) {
            json.put("task_id", definition.tasks().get(ending.task()).id());
        }
    }

    static ObjectNode phase(ExecutionView.Phase phase) {
        ObjectNode json = JSON.objectNode().put("level", phase.level());
        json.set("running", texts(phase.running()));
        return json;
    }

    private static ObjectNode task(TaskView task) {
        ObjectNode json = JSON.objectNode()
                .put("task_id", task.id())
                .put("status", task.status().wireName());
        if (task.attempt() > 0) {
            json.put("attempt", task.attempt());
        }
        if (task.nextAttemptAtMillis() != null) {
            json.put("next_attempt_at", time(task.nextAttemptAtMillis()));
        }
        if (task.waitsFor() != null) {
            json.put("waits_for", task.waitsFor().sentence());
            awaited(task.waitsFor()).ifPresent(awaited -> json.set("awaits", awaited));
        }
        TaskJson.progress(json, task);
        return json;
    }

    private static Optional<ObjectNode> awaited(Waiting waiting) {
        return switch (waiting) {
            case Waiting.ForSignal signal ->
                Optional.of(awaited("signal", signal.deadlineMillis()).put("name", signal.signal()));
            case Waiting.ForEvent event ->
                Optional.of(awaited("event", event.deadlineMillis()).put("name", event.topic()));
            case Waiting.ForChild child ->
                Optional.of(awaited("execution", ExecutionState.NEVER).put("name", child.childId()));
            case Waiting.ForTime time -> Optional.of(awaited("time", time.untilMillis()));
            case Waiting.ForAttempt attempt -> Optional.empty();
            case Waiting.ForSlot slot -> Optional.empty();
            case Waiting.ForNode node -> Optional.empty();
            case Waiting.ForTasks tasks -> Optional.empty();
            case Waiting.ForResume resume -> Optional.empty();
        };
    }

    private static ObjectNode awaited(String kind, long untilMillis) {
        ObjectNode json = JSON.objectNode().put("kind", kind);
        return untilMillis == ExecutionState.NEVER ? json : json.put("until", time(untilMillis));
    }

    private static ArrayNode texts(List<String> texts) {
        ArrayNode json = JSON.arrayNode();
        texts.forEach(json::add);
        return json;
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
