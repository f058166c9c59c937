package dev.capocomico.http.execution;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.model.execution.TaskView;

/** What every answer about a task says in the same words, also where no server is asked. */
public final class TaskJson {
    private TaskJson() {}

    /** Adds how far the parts of a task are, and what it failed with; what does not apply is left out. */
    public static void progress(ObjectNode json, TaskView task) {
        TaskView.ElementCounts elements = task.elements();
        if (elements != null) {
            json.putObject("elements")
                    .put("of", elements.of())
                    .put("completed", elements.completed())
                    .put("running", elements.running())
                    .put("waiting", elements.waiting())
                    .put("failed", elements.failed());
        }
        TaskView.UndoCounts undoing = task.undoing();
        if (undoing != null) {
            json.putObject("undoing")
                    .put("of", undoing.of())
                    .put("undone", undoing.undone())
                    .put("running", undoing.running())
                    .put("failed", undoing.failed());
        }
        if (task.failure() != null) {
            json.putObject("failure")
                    .put("code", task.failure().code())
                    .put("message", task.failure().message());
        }
    }
}
