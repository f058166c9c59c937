package dev.capocomico.http.scope;

import dev.capocomico.engine.ExecutionAnswer;
import dev.capocomico.engine.ExecutionMessage;
import dev.capocomico.engine.Plans;
import dev.capocomico.http.access.Action;
import dev.capocomico.http.access.Caller;
import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.NotNow;
import dev.capocomico.http.answer.ProblemCode;
import dev.capocomico.http.audit.Denials;
import dev.capocomico.http.contract.Call;
import dev.capocomico.http.contract.Handler;
import dev.capocomico.http.execution.Asking;
import dev.capocomico.http.stream.SocketCalls;
import dev.capocomico.model.execution.ExecutionKey;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the operations, and holds a call against the scopes of its token when that is narrowed. What no scope is about does
 * not exist for the token (404); what a scope is about, with another action, is forbidden (403). The tokens that are not narrowed
 * cost nothing here.
 */
public final class ScopeGuard {
    private final Workflows workflows;
    private final Asking executions;
    private final Plans plans;
    private final Denials denials;

    /** Finds the name of a workflow. */
    @FunctionalInterface
    public interface Workflows {
        /** Of the one that the call's path names; empty when there is none. */
        CompletionStage<Optional<String>> nameIn(Call call);
    }

    public ScopeGuard(Workflows workflows, Asking executions, Plans plans, Denials denials) {
        this.workflows = workflows;
        this.executions = executions;
        this.plans = plans;
        this.denials = denials;
    }

    /** Puts the guard before each of these. */
    public void guard(Map<String, Handler> handlers) {
        handlers.replaceAll((id, handler) -> call -> {
            Caller caller = call.caller();
            Action action = call.operation().action();
            return caller == null || action == null || !caller.scopes().narrow()
                    ? handler.handle(call)
                    : narrowed(call, caller, action, handler);
        });
    }

    private CompletionStage<Answer> narrowed(Call call, Caller caller, Action action, Handler handler) {
        if (call.operation().open() && !caller.scopes().allowsSome(action)) {
            return handler.handle(call.anonymous());
        }
        CompletionStage<Answer> answer = isAboutOne(call)
                ? aboutWhat(call).thenCompose(name -> onOne(call, caller, name.orElse(null), handler))
                : onMany(call, caller, action, handler);
        return answer.thenApply(told -> {
            if (told instanceof Answer.Problem problem && problem.code() == ProblemCode.FORBIDDEN) {
                denials.refused(call, problem.detail());
            }
            return told;
        });
    }

    private static boolean isAboutOne(Call call) {
        String path = call.operation().path().text();
        return path.contains("{workflow}") || path.contains("{execution_id}");
    }

    private CompletionStage<Answer> onOne(Call call, Caller caller, @Nullable String name, Handler handler) {
        if (name == null || !caller.scopes().knows(name)) {
            if (name != null) {
                denials.refused(call, "the token's scopes are about other workflows");
            }
            return done(absent(call));
        }
        return call.allows(name) ? handler.handle(call) : done(call.forbidden(" on the workflow \"" + name + "\""));
    }

    /** Lists show what may be seen, and what is registered is looked at when its name is known. */
    private static CompletionStage<Answer> onMany(Call call, Caller caller, Action action, Handler handler) {
        if (!caller.scopes().allowsSome(action)) {
            return done(call.forbidden(""));
        }
        String topic = call.at("/topic").textValue();
        return action == Action.PUBLISH && topic != null && !call.allows(topic)
                ? done(call.forbidden(" on the topic \"" + topic + "\""))
                : handler.handle(call);
    }

    /** The name of the workflow that the path is about; empty when there is none. */
    private CompletionStage<Optional<String>> aboutWhat(Call call) {
        return call.operation().path().text().contains("{execution_id}")
                ? workflowOf(new ExecutionKey(call.tenant(), call.arguments().required("execution_id")))
                : workflows.nameIn(call);
    }

    private CompletionStage<Optional<String>> workflowOf(ExecutionKey key) {
        return executions.ask(key, ExecutionMessage.Look::new).thenCompose(answer -> switch (answer) {
            case ExecutionAnswer.Standing standing ->
                done(Optional.of(standing.plan().definition().name()));
            case ExecutionAnswer.Archived archived ->
                plans.load(key.tenant(), archived.planDigest())
                        .thenApply(plan -> Optional.of(plan.definition().name()));
            case ExecutionAnswer.Refused refused -> done(Optional.empty());
            case ExecutionAnswer.Unavailable unavailable ->
                throw new NotNow(new IllegalStateException(unavailable.reason()));
            case ExecutionAnswer.Accepted accepted -> throw unexpected(accepted);
            case ExecutionAnswer.Ended ended -> throw unexpected(ended);
        });
    }

    private static IllegalStateException unexpected(ExecutionAnswer answer) {
        return new IllegalStateException(
                "a look was answered with a " + answer.getClass().getSimpleName());
    }

    /** As what has never been is answered. */
    private static Answer absent(Call call) {
        String path = call.operation().path().text();
        Answer.Problem absent = Answer.Problem.of(
                ProblemCode.NOT_FOUND,
                path.contains("{execution_id}")
                        ? "there is no execution \"%s\""
                                .formatted(call.arguments().required("execution_id"))
                        : "no workflow \"%s\" is registered"
                                .formatted(call.arguments().required("workflow")));
        return call.upgrade() == null ? absent : SocketCalls.closed(call.upgrade(), absent);
    }

    private static <T> CompletionStage<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }
}
