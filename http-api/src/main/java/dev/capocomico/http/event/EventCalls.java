package dev.capocomico.http.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.engine.store.EventLog;
import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.Waiting;
import dev.capocomico.http.contract.Call;
import dev.capocomico.http.contract.Handler;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** Publishes events. Answered when the event is in the database, where every execution that waits for it will find it. */
public final class EventCalls {
    private final EventLog events;
    private final Waiting waiting;

    public EventCalls(EventLog events, Waiting waiting) {
        this.events = events;
        this.waiting = waiting;
    }

    /** By the operation of the contract. */
    public Map<String, Handler> handlers() {
        return Map.of("publishEvent", this::publish);
    }

    private CompletionStage<Answer> publish(Call call) {
        String topic = call.at("/topic").textValue();
        String id = Optional.ofNullable(call.at("/id").textValue())
                .or(() -> call.arguments().text("Idempotency-Key").map(key -> "key:" + key))
                .orElseGet(() -> UUID.randomUUID().toString());
        JsonNode said = call.at("/payload");
        JsonNode payload = said.isMissingNode() ? JsonNodeFactory.instance.nullNode() : said;
        return waiting.call(() -> {
            // Whether it was there already makes no difference to anybody: the answer is that of the first time.
            events.publish(call.tenant(), topic, id, payload, call.origin());
            ObjectNode json = JsonNodeFactory.instance.objectNode().put("event_id", id);
            return new Answer.Done(202, json.put("topic", topic), Map.of());
        });
    }
}
