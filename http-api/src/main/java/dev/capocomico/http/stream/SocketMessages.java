package dev.capocomico.http.stream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.model.execution.ExecutionStatus;
import dev.capocomico.model.history.HistoryEntry;
import dev.capocomico.model.history.HistoryEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages of one execution on a WebSocket. */
final class SocketMessages {
    /** Stands for the cursor until that is known; no text of JSON can hold it, because there it would be escaped. */
    static final String CURSOR = "\u0001";

    private final String workflowId;
    private final String executionId;

    SocketMessages(String workflowId, String executionId) {
        this.workflowId = workflowId;
        this.executionId = executionId;
    }

    /** What one step says, in order. */
    List<String> of(List<HistoryEntry> entries, @Nullable ExecutionStatus before, ExecutionStatus after) {
        List<String> messages = new ArrayList<>();
        for (HistoryEntry entry : entries) {
            for (String type : types(entry)) {
                messages.add(message(type, entry, before, after));
            }
        }
        return messages;
    }

    private String message(String type, HistoryEntry entry, @Nullable ExecutionStatus before, ExecutionStatus after) {
        ObjectNode data = entry.toJson();
        String time = data.remove("time").textValue();
        data.remove("seq");
        if (type.equals("workflow.status_changed")) {
            data.put("status", after.wireName());
            if (before != null) {
                data.put("previous_status", before.wireName());
            }
        }
        if (type.equals("checkpoint.created")) {
            data = JsonNodeFactory.instance.objectNode().put("checkpoint_id", Long.toString(entry.seq()));
        }
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("type", type)
                .put("workflow_id", workflowId)
                .put("execution_id", executionId)
                .put("seq", entry.seq())
                .put("timestamp", time);
        json.set("data", data);
        String text = json.toString();
        return text.substring(0, text.length() - 1) + ",\"cursor\":\"" + CURSOR + "\"}";
    }

    /** Not everything of the history has a type here. */
    private static List<String> types(HistoryEntry entry) {
        HistoryEvent event = entry.event();
        return switch (event) {
            case EXECUTION_STARTED,
                    EXECUTION_RESUMED,
                    EXECUTION_RETRIED,
                    EXECUTION_ENDING,
                    COMPENSATION_STARTED,
                    EXECUTION_COMPLETED,
                    EXECUTION_CANCELLED -> List.of("workflow.status_changed");
            case EXECUTION_PAUSED -> List.of("workflow.status_changed", "checkpoint.created");
            case EXECUTION_FAILED, EXECUTION_TIMED_OUT -> List.of("workflow.status_changed", "error.occurred");
            case ATTEMPT_STARTED, TASK_WAITING, TASK_SLEEPING, TASK_FANNED_OUT, UNDO_STARTED -> List.of("task.started");
            case TASK_COMPLETED, TASK_SKIPPED, ELEMENT_COMPLETED, ITERATION_COMPLETED, UNDONE ->
                List.of("task.completed");
            case TASK_FAILED, TASK_TIMED_OUT, TASK_CANCELLED, ELEMENT_FAILED, UNDO_FAILED -> List.of("task.failed");
            case ATTEMPT_FAILED, ATTEMPT_LOST, UNDO_ATTEMPT_FAILED, UNDO_ATTEMPT_LOST -> List.of("error.occurred");
            case TASK_CANCEL_REQUESTED,
                    ATTEMPT_HANDED_BACK,
                    UNDO_ATTEMPT_HANDED_BACK,
                    DELAY_OVER,
                    UNDO_DELAY_OVER,
                    SIGNAL_RECEIVED,
                    EVENT_RECEIVED -> List.of();
        };
    }
}
