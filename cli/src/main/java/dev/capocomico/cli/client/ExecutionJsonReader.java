package dev.capocomico.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.ExecutionStatus;
import dev.capocomico.model.execution.ExecutionView;
import dev.capocomico.model.execution.Failure;
import dev.capocomico.model.execution.TaskStatus;
import dev.capocomico.model.execution.TaskView;
import dev.capocomico.model.execution.Usage;
import dev.capocomico.model.execution.Waiting;
import dev.capocomico.model.history.HistoryEntry;
import dev.capocomico.model.history.HistoryEvent;
import dev.capocomico.model.plan.Plan;
import dev.capocomico.model.wire.Wired;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From what a server says of executions to what the model says of them. A word that this program does not know is a {@link ServerFailure.Foreign}. */
public final class ExecutionJsonReader {
    private ExecutionJsonReader() {}

    /**
     * Where an execution stands.
     *
     * @param plan with the execution's tasks, in their order
     */
    public static ExecutionView view(JsonNode json, Plan plan) {
        ExecutionStatus status = known(ExecutionStatus.class, json.path("status"));
        List<TaskView> tasks = new ArrayList<>();
        for (JsonNode task : json.path("tasks")) {
            tasks.add(task(tasks.size(), task));
        }
        return new ExecutionView(status, phase(json.path("current_phase")), tasks, ending(json, status, plan));
    }

    private static ExecutionView.@Nullable Phase phase(JsonNode json) {
        List<String> running =
                json.path("running").valueStream().map(JsonNode::asText).toList();
        return json.isMissingNode()
                ? null
                : new ExecutionView.Phase(json.path("level").asInt(), running);
    }

    private static @Nullable Ending ending(JsonNode json, ExecutionStatus status, Plan plan) {
        JsonNode error = json.path("error_details");
        if (error.isMissingNode()) {
            return status == ExecutionStatus.COMPLETED ? ending(Ending.Kind.COMPLETED, error, plan) : null;
        }
        return switch (status) {
            case CANCELLED -> ending(Ending.Kind.CANCELLED, error, plan);
            case TIMED_OUT -> ending(Ending.Kind.TIMED_OUT, error, plan);
            case COMPLETED -> ending(Ending.Kind.COMPLETED, error, plan);
            case PLANNING, EXECUTING, PAUSED, COMPENSATING, FAILED -> ending(Ending.Kind.FAILED, error, plan);
        };
    }

    private static Ending ending(Ending.Kind kind, JsonNode error, Plan plan) {
        String id = task(error);
        int task = id == null
                ? -1
                : plan.definition().tasks().stream()
                        .map(one -> one.id())
                        .toList()
                        .indexOf(id);
        return new Ending(
                kind, error.path("code").asText(), error.path("message").asText(), task < 0 ? null : task);
    }

    private static TaskView task(int number, JsonNode json) {
        String id = json.path("task_id").asText();
        return new TaskView(
                number,
                id,
                known(TaskStatus.class, json.path("status")),
                json.path("attempt").asInt(),
                elements(json.path("elements")),
                time(json.path("next_attempt_at")),
                awaited(id, json.path("awaits")),
                failure(json.path("failure")),
                undoing(json.path("undoing")));
    }

    private static TaskView.@Nullable ElementCounts elements(JsonNode json) {
        return json.isMissingNode()
                ? null
                : new TaskView.ElementCounts(
                        json.path("of").asInt(),
                        json.path("completed").asInt(),
                        json.path("running").asInt(),
                        json.path("waiting").asInt(),
                        json.path("failed").asInt());
    }

    private static TaskView.@Nullable UndoCounts undoing(JsonNode json) {
        return json.isMissingNode()
                ? null
                : new TaskView.UndoCounts(
                        json.path("of").asInt(),
                        json.path("undone").asInt(),
                        json.path("running").asInt(),
                        json.path("failed").asInt());
    }

    private static @Nullable Waiting awaited(String task, JsonNode json) {
        Long until = time(json.path("until"));
        long deadline = until == null ? ExecutionState.NEVER : until;
        String name = json.path("name").asText();
        return switch (json.path("kind").asText("nothing")) {
            case "signal" -> new Waiting.ForSignal(task, name, deadline);
            case "event" -> new Waiting.ForEvent(task, name, deadline);
            case "execution" -> new Waiting.ForChild(task, name);
            case "time" -> new Waiting.ForTime(task, deadline);
            default -> null;
        };
    }

    private static @Nullable Failure failure(JsonNode json) {
        return json.isMissingNode()
                ? null
                : new Failure(json.path("code").asText(), json.path("message").asText(), false);
    }

    /** The task that something is about; null when it is about none. Older servers say {@code task}. */
    public static @Nullable String task(JsonNode json) {
        return json.path("task_id").asText(json.path("task").asText(null));
    }

    /** One entry of the history. */
    public static HistoryEntry entry(JsonNode json) {
        JsonNode usage = json.path("usage");
        Long at = time(json.path("time"));
        return new HistoryEntry(
                json.path("seq").asLong(),
                at == null ? 0 : at,
                known(HistoryEvent.class, json.path("event")),
                task(json),
                json.has("element") ? json.path("element").asInt() : null,
                json.has("attempt") ? json.path("attempt").asInt() : null,
                json.path("agent").asText(null),
                usage.isMissingNode()
                        ? null
                        : Usage.of(
                                usage.path("tokens").asLong(),
                                usage.path("cost").isNumber()
                                        ? usage.path("cost").decimalValue()
                                        : BigDecimal.ZERO),
                failure(json.path("cause")),
                json.path("by").asText(null),
                time(json.path("next_attempt_at")),
                json.path("sentence").asText());
    }

    private static @Nullable Long time(JsonNode json) {
        return json.isTextual() ? Instant.parse(json.asText()).toEpochMilli() : null;
    }

    private static <E extends Enum<E> & Wired> E known(Class<E> words, JsonNode json) {
        return Wired.find(words, json.asText())
                .orElseThrow(() -> new ServerFailure.Foreign("the server says \"%s\", and known are %s"
                        .formatted(json.asText(), String.join(", ", Wired.wireNames(words)))));
    }
}
