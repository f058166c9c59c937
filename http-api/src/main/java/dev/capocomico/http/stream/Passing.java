package dev.capocomico.http.stream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.engine.AgentAssigned;
import java.time.Instant;

/**
 * News that stands in no journal, and so at no place: who has it stands where he stood.
 *
 * @param message without a cursor
 */
record Passing(ObjectNode message) implements Told {
    static Passing of(AgentAssigned news, String workflowId) {
        ObjectNode data = JsonNodeFactory.instance
                .objectNode()
                .put("task_id", news.task())
                .put("attempt", news.attempt())
                .put("role", news.role())
                .put("agent", news.agent());
        if (news.element() != null) {
            data.put("element", news.element());
        }
        ObjectNode message = JsonNodeFactory.instance
                .objectNode()
                .put("type", "agent.assigned")
                .put("workflow_id", workflowId)
                .put("execution_id", news.execution().id())
                .put("timestamp", Instant.ofEpochMilli(news.atMillis()).toString());
        message.set("data", data);
        return new Passing(message);
    }

    String textAt(Place place) {
        return message.put("cursor", place.text()).toString();
    }
}
