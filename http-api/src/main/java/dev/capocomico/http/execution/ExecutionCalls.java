package dev.capocomico.http.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.engine.ExecutionAnswer;
import dev.capocomico.engine.ExecutionMessage;
import dev.capocomico.engine.store.ExecutionList;
import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.Waiting;
import dev.capocomico.http.contract.Call;
import dev.capocomico.http.contract.Handler;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionStatus;
import dev.capocomico.model.execution.Refusal;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The calls about one execution. Each asks the execution itself, so what is answered is what the journal knows. */
public final class ExecutionCalls {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Asking executions;
    private final WorkflowIds ids;
    private final ValueReader values;
    private final ExecutionList list;
    private final Waiting waiting;
    private final InstantSource clock;

    /** Which registered workflow has a definition; empty when it was executed without being registered. */
    @FunctionalInterface
    public interface WorkflowIds {
        CompletionStage<Optional<String>> of(String tenant, String digest);
    }

    /** @param list where it is found how an execution was last known to stand that cannot say so itself */
    public ExecutionCalls(
            Asking executions,
            WorkflowIds ids,
            ValueReader values,
            ExecutionList list,
            Waiting waiting,
            InstantSource clock) {
        this.executions = executions;
        this.ids = ids;
        this.values = values;
        this.list = list;
        this.waiting = waiting;
        this.clock = clock;
    }

    /** By the operations of the contract. */
    public Map<String, Handler> handlers() {
        return Map.of(
                "getExecution", this::get,
                "pauseExecution", call -> pause(call, key(call)),
                "resumeExecution", call -> resume(call, key(call)),
                "cancelExecution", call -> cancel(call, key(call)),
                "retryExecution", this::retry,
                "releaseExecution", this::release,
                "signalExecution", this::signal,
                "cancelTask", this::cancelTask);
    }

    private CompletionStage<Answer> get(Call call) {
        ExecutionKey key = key(call);
        return executions.ask(key, ExecutionMessage.Look::new).thenCompose(answer -> switch (answer) {
            case ExecutionAnswer.Standing standing ->
                ids.of(call.tenant(), standing.plan().digest())
                        .thenCombine(
                                ShownValues.of(values, waiting, key, standing.state()),
                                (workflow, shown) ->
                                        Answer.ok(ExecutionJson.of(key.id(), workflow.orElse(null), standing, shown)));
            case ExecutionAnswer.Archived archived ->
                ids.of(call.tenant(), archived.planDigest())
                        .thenApply(workflow -> Answer.ok(ExecutionJson.of(key.id(), workflow.orElse(null), archived)));
            case ExecutionAnswer.Refused refused
            when refused.refusal().code() == Refusal.Code.QUARANTINED -> quarantined(key, refused);
            case ExecutionAnswer.Refused refused -> done(Refusals.of(refused));
            case ExecutionAnswer.Unavailable unavailable -> done(Refusals.of(unavailable));
            case ExecutionAnswer.Accepted accepted -> throw unexpected(call, accepted);
            case ExecutionAnswer.Ended ended -> throw unexpected(call, ended);
        });
    }

    private static CompletionStage<Answer> done(Answer answer) {
        return CompletableFuture.completedFuture(answer);
    }

    /** As it was last known to stand. */
    private CompletionStage<Answer> quarantined(ExecutionKey key, ExecutionAnswer.Refused refused) {
        return waiting.call(() -> list.find(key)
                .<Answer>map(entry -> Answer.ok(ExecutionJson.of(entry)))
                .orElseGet(() -> Refusals.of(refused)));
    }

    private CompletionStage<Answer> release(Call call) {
        return executions
                .ask(key(call), replyTo -> new ExecutionMessage.Release(call.origin(), replyTo))
                .thenApply(answer -> switch (answer) {
                    case ExecutionAnswer.Accepted accepted ->
                        new Answer.Done(200, standing(key(call).id(), accepted.status()), Map.of());
                    case ExecutionAnswer.Refused refused -> Refusals.of(refused);
                    case ExecutionAnswer.Unavailable unavailable -> Refusals.of(unavailable);
                    case ExecutionAnswer.Ended ended -> throw unexpected(call, ended);
                    case ExecutionAnswer.Standing standing -> throw unexpected(call, standing);
                    case ExecutionAnswer.Archived archived -> throw unexpected(call, archived);
                });
    }

    /** Pauses an execution, whatever the call names. */
    public CompletionStage<Answer> pause(Call call, ExecutionKey key) {
        return command(call, key, new ExecutionCommand.Pause(clock.millis(), by(call)), 200)
                .thenCompose(answer -> answer instanceof Answer.Done
                        ? executions
                                .ask(key, ExecutionMessage.Look::new)
                                .thenApply(standing -> paused(call, key, standing))
                        : CompletableFuture.completedFuture(answer));
    }

    private static Answer paused(Call call, ExecutionKey key, ExecutionAnswer answer) {
        return switch (answer) {
            case ExecutionAnswer.Standing standing -> {
                ObjectNode json = standing(key.id(), ExecutionStatus.PAUSED);
                json.put("checkpoint_id", Long.toString(standing.state().steps()));
                yield Answer.ok(json.put("resume_url", "/api/v1/executions/" + key.id() + "/resume"));
            }
            case ExecutionAnswer.Archived archived -> throw unexpected(call, archived);
            case ExecutionAnswer.Refused refused -> Refusals.of(refused);
            case ExecutionAnswer.Unavailable unavailable -> Refusals.of(unavailable);
            case ExecutionAnswer.Accepted accepted -> throw unexpected(call, accepted);
            case ExecutionAnswer.Ended ended -> throw unexpected(call, ended);
        };
    }

    /** Lets an execution go on, whatever the call names. */
    public CompletionStage<Answer> resume(Call call, ExecutionKey key) {
        return command(call, key, new ExecutionCommand.Resume(clock.millis(), by(call)), 200);
    }

    /** Cancels an execution, whatever the call names. */
    public CompletionStage<Answer> cancel(Call call, ExecutionKey key) {
        String reason = call.at("/reason").textValue();
        return command(call, key, new ExecutionCommand.Cancel(clock.millis(), reason, by(call)), 202);
    }

    private CompletionStage<Answer> retry(Call call) {
        boolean force = call.at("/force").booleanValue();
        return command(call, key(call), new ExecutionCommand.Retry(clock.millis(), force, by(call)), 202);
    }

    private CompletionStage<Answer> signal(Call call) {
        JsonNode payload = call.body() == null ? JSON.nullNode() : call.body();
        String key = call.arguments().text("Idempotency-Key").orElse(null);
        String name = call.arguments().required("signal");
        return command(call, key(call), new ExecutionCommand.Signal(clock.millis(), name, payload, key, by(call)), 202);
    }

    private CompletionStage<Answer> cancelTask(Call call) {
        String task = call.arguments().required("task_id");
        return command(call, key(call), new ExecutionCommand.CancelTask(clock.millis(), task, by(call)), 202);
    }

    private CompletionStage<Answer> command(Call call, ExecutionKey key, ExecutionCommand command, int status) {
        ExecutionCommand once = new ExecutionCommand.Called(call.origin(), once(call, command));
        return executions
                .ask(key, replyTo -> new ExecutionMessage.Ask(once, replyTo))
                .thenApply(answer -> switch (answer) {
                    case ExecutionAnswer.Accepted accepted ->
                        new Answer.Done(status, standing(key.id(), accepted.status()), Map.of());
                    case ExecutionAnswer.Refused refused -> Refusals.of(refused);
                    case ExecutionAnswer.Unavailable unavailable -> Refusals.of(unavailable);
                    case ExecutionAnswer.Ended ended -> throw unexpected(call, ended);
                    case ExecutionAnswer.Standing standing -> throw unexpected(call, standing);
                    case ExecutionAnswer.Archived archived -> throw unexpected(call, archived);
                });
    }

    /** A key is for one kind of call; the blank keeps it apart from those of signals, which have none in them. */
    private static ExecutionCommand once(Call call, ExecutionCommand command) {
        return command instanceof ExecutionCommand.Signal
                ? command
                : call.arguments()
                        .text("Idempotency-Key")
                        .<ExecutionCommand>map(key ->
                                new ExecutionCommand.Keyed(call.operation().id() + " " + key, command))
                        .orElse(command);
    }

    private static ObjectNode standing(String id, ExecutionStatus status) {
        return JSON.objectNode().put("execution_id", id).put("status", status.wireName());
    }

    private static IllegalStateException unexpected(Call call, ExecutionAnswer answer) {
        return new IllegalStateException(call.operation().id() + " was answered with a "
                + answer.getClass().getSimpleName());
    }

    private static ExecutionKey key(Call call) {
        return new ExecutionKey(call.tenant(), call.arguments().required("execution_id"));
    }

    private static String by(Call call) {
        return call.known().subject();
    }
}
