package dev.capocomico.http.workflow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.engine.store.WorkflowDirectory.Registered;
import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.ProblemWriter;
import dev.capocomico.language.problem.Problem;
import dev.capocomico.model.plan.Plan;
import dev.capocomico.model.plan.ResourceEstimate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;

/** What is said of workflows, as JSON. */
final class Reports {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int CRITICAL_PATH_SHOWN_MAX = 100;

    private Reports() {}

    static ObjectNode valid(Plan plan) {
        ObjectNode json = JSON.objectNode().put("valid", true);
        json.putArray("errors");
        json.set("plan", plan(plan));
        return json;
    }

    static ObjectNode invalid(List<Answer.Flaw> errors) {
        ObjectNode json = JSON.objectNode().put("valid", false);
        json.set("errors", ProblemWriter.errors(errors));
        return json;
    }

    static List<Answer.Flaw> errors(List<Problem> problems) {
        return problems.stream()
                .map(problem -> new Answer.Flaw(
                        problem.pointer(),
                        problem.message(),
                        new Answer.Spot(
                                problem.code().name(),
                                problem.hint(),
                                problem.place().line(),
                                problem.place().column())))
                .toList();
    }

    static ObjectNode plan(Plan plan) {
        ObjectNode json = JSON.objectNode().put("tasks", plan.size()).put("levels", plan.levelCount());
        ArrayNode path = json.putArray("critical_path");
        Arrays.stream(plan.criticalPath())
                .limit(CRITICAL_PATH_SHOWN_MAX)
                .forEach(task -> path.add(plan.graph().id(task)));
        json.put("critical_path_seconds", plan.criticalPathLength().toMillis() / 1000.0);
        return json.put("total_work_seconds", plan.totalWork().toMillis() / 1000.0);
    }

    static ObjectNode resources(ResourceEstimate resources) {
        return JSON.objectNode()
                .put("agents", resources.agents())
                .put("cpu_cores", resources.cpuMillis() / 1000.0)
                .put("memory_bytes", resources.memoryBytes());
    }

    static ObjectNode registered(Registered workflow) {
        return JSON.objectNode()
                .put("workflow_id", workflow.id())
                .put("name", workflow.name())
                .put("version", workflow.version())
                .put("digest", workflow.digest())
                .put(
                        "registered_at",
                        Instant.EPOCH
                                .plus(workflow.registeredAtMicros(), ChronoUnit.MICROS)
                                .toString());
    }
}
