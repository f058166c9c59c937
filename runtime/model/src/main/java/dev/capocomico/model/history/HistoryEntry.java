package dev.capocomico.model.history;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.model.execution.Failure;
import dev.capocomico.model.execution.Usage;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One thing that has happened to an execution. What is null does not apply.
 *
 * @param seq of the journal's row; entries of one row share it, and are in order
 * @param element of a fan-out, from 0
 * @param attempt its number, from 1
 * @param agent who made the attempt
 * @param usage what the attempt has used up, as far as its agent says
 * @param cause why something failed, or the execution ended
 * @param by who asked for it
 * @param nextAttemptAtMillis when the next attempt or iteration is due
 * @param sentence the same for a person, in one line
 */
public record HistoryEntry(
        long seq,
        long atMillis,
        HistoryEvent event,
        @Nullable String task,
        @Nullable Integer element,
        @Nullable Integer attempt,
        @Nullable String agent,
        @Nullable Usage usage,
        @Nullable Failure cause,
        @Nullable String by,
        @Nullable Long nextAttemptAtMillis,
        String sentence) {

    /** As users' programs see it; what does not apply is left out. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("seq", seq);
        json.put("time", Instant.ofEpochMilli(atMillis).toString());
        json.put("event", event.wireName());
        if (task != null) {
            json.put("task_id", task);
        }
        if (element != null) {
            json.put("element", element);
        }
        if (attempt != null) {
            json.put("attempt", attempt);
        }
        if (agent != null) {
            json.put("agent", agent);
        }
        if (usage != null) {
            json.putObject("usage").put("tokens", usage.tokens()).put("cost", usage.cost());
        }
        if (cause != null) {
            json.putObject("cause").put("code", cause.code()).put("message", cause.message());
        }
        if (by != null) {
            json.put("by", by);
        }
        if (nextAttemptAtMillis != null) {
            json.put(
                    "next_attempt_at", Instant.ofEpochMilli(nextAttemptAtMillis).toString());
        }
        return json.put("sentence", sentence);
    }
}
