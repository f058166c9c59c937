package dev.capocomico.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.http.execution.TaskJson;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.ExecutionView;
import dev.capocomico.model.execution.TaskView;
import dev.capocomico.model.history.TaskTimes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An execution for programs, the same from a server and from a data directory. Names are those of the HTTP API, and what does not
 * apply is left out there too.
 */
final class SeenJson {
    private SeenJson() {}

    static ObjectNode of(LookCommand.Seen seen) {
        Account account = seen.account();
        ExecutionView view = account.view();
        Definition definition = account.plan().definition();
        ObjectNode json = JsonReport.object().put("execution_id", seen.id());
        seen.workflowId().ifPresent(workflow -> json.put("workflow_id", workflow));
        json.putObject("workflow").put("name", definition.name()).put("version", definition.version());
        json.put("status", view.status().wireName());
        json.put("started_at", time(account.startedAtMillis()));
        json.put("updated_at", time(account.updatedAtMillis()));
        if (account.hasEnded()) {
            json.put("ended_at", time(account.updatedAtMillis()));
        }
        json.put("carried_on", seen.carriedOn());
        ExecutionView.Phase phase = view.phase();
        if (phase != null) {
            ArrayNode running =
                    json.putObject("current_phase").put("level", phase.level()).putArray("running");
            phase.running().forEach(running::add);
        }
        ArrayNode tasks = json.putArray("tasks");
        view.tasks().forEach(task -> tasks.add(task(task, account.times(task))));
        Ending ending = view.ending();
        if (ending != null && ending.kind() != Ending.Kind.COMPLETED) {
            ObjectNode error =
                    json.putObject("error_details").put("code", ending.code()).put("message", ending.message());
            if (ending.task() != null) {
                error.put("task_id", account.plan().graph().id(ending.task()));
            }
        }
        seen.output().ifPresent(output -> json.set("output", output));
        return json;
    }

    private static ObjectNode task(TaskView task, @Nullable TaskTimes times) {
        ObjectNode json = JsonReport.object()
                .put("task_id", task.id())
                .put("status", task.status().wireName());
        if (times != null) {
            times(json, times);
        }
        if (task.nextAttemptAtMillis() != null) {
            json.put("next_attempt_at", time(task.nextAttemptAtMillis()));
        }
        if (task.waitsFor() != null) {
            json.put("waits_for", task.waitsFor().sentence());
        }
        TaskJson.progress(json, task);
        return json;
    }

    private static void times(ObjectNode json, TaskTimes times) {
        json.put("attempts", times.attempts()).put("started_at", time(times.startedAtMillis()));
        if (times.endedAtMillis() != null) {
            json.put("ended_at", time(times.endedAtMillis()));
        }
        if (times.agent() != null) {
            json.put("agent", times.agent());
        }
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
