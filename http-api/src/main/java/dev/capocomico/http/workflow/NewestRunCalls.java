package dev.capocomico.http.workflow;

import dev.capocomico.engine.ExecutionAnswer;
import dev.capocomico.engine.ExecutionMessage;
import dev.capocomico.engine.store.WorkflowDirectory.Registered;
import dev.capocomico.engine.store.WorkflowRuns;
import dev.capocomico.engine.store.WorkflowRuns.Run;
import dev.capocomico.engine.store.WorkflowRuns.Which;
import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.ProblemCode;
import dev.capocomico.http.answer.Shared;
import dev.capocomico.http.answer.Waiting;
import dev.capocomico.http.contract.Call;
import dev.capocomico.http.contract.Handler;
import dev.capocomico.http.execution.Asking;
import dev.capocomico.http.execution.ExecutionCalls;
import dev.capocomico.http.execution.Refusals;
import dev.capocomico.http.execution.WorkflowStatusJson;
import dev.capocomico.model.execution.ExecutionKey;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The calls about the newest execution of a workflow. Which one that is, the journal says; how it stands and what it does, the
 * execution itself.
 */
public final class NewestRunCalls {
    /** Those that seem open and have ended are passed over; they are a moment's. */
    private static final int TRIED_MAX = 20;

    private final WorkflowCalls workflows;
    private final WorkflowRuns runs;
    private final ExecutionCalls commands;
    private final Asking executions;
    private final Waiting waiting;
    private final InstantSource clock;
    private final Shared<Which, List<Run>> newest;

    public NewestRunCalls(
            WorkflowCalls workflows,
            WorkflowRuns runs,
            ExecutionCalls commands,
            Asking executions,
            Waiting waiting,
            InstantSource clock) {
        this.workflows = workflows;
        this.runs = runs;
        this.commands = commands;
        this.executions = executions;
        this.waiting = waiting;
        this.clock = clock;
        this.newest = new Shared<>(which -> waiting.call(() -> runs.newest(which, 1)));
    }

    /** By the operations of the contract. */
    public Map<String, Handler> handlers() {
        return Map.of(
                "getWorkflowStatus", this::status,
                "pauseWorkflow", call -> command(call, commands::pause),
                "resumeWorkflow", call -> command(call, commands::resume),
                "cancelWorkflow", call -> command(call, commands::cancel));
    }

    private interface Command {
        CompletionStage<Answer> to(Call call, ExecutionKey key);
    }

    private CompletionStage<Answer> status(Call call) {
        return workflows
                .find(call)
                .thenCompose(found -> found.isEmpty()
                        ? done(WorkflowCalls.unknown(call))
                        : newest.ask(which(call, found.get()))
                                .thenCompose(one -> one.isEmpty()
                                        ? done(none(found.get()))
                                        : standing(call.tenant(), one.getFirst())));
    }

    /** An id is that of a version; a name alone stands for all of them. */
    private static Which which(Call call, Registered workflow) {
        boolean all =
                WorkflowAddress.parse(call.arguments().required("workflow")).moves();
        return new Which(call.tenant(), workflow.name(), all ? null : workflow.version());
    }

    private static Answer none(Registered workflow) {
        return Answer.Problem.of(ProblemCode.NOT_FOUND, "\"%s\" has not been executed".formatted(workflow.name()));
    }

    private CompletionStage<Answer> standing(String tenant, Run run) {
        return workflows
                .find(tenant, run.workflow(), run.version())
                .thenCombine(
                        executions.ask(run.key(), ExecutionMessage.Look::new),
                        (workflow, answer) -> told(run.key().id(), workflow, answer));
    }

    private Answer told(String id, Optional<Registered> workflow, ExecutionAnswer answer) {
        String workflowId = workflow.map(Registered::id).orElse(null);
        return switch (answer) {
            case ExecutionAnswer.Standing standing ->
                Answer.ok(WorkflowStatusJson.of(workflowId, id, standing, clock.millis()));
            case ExecutionAnswer.Archived archived -> Answer.ok(WorkflowStatusJson.of(workflowId, id, archived));
            case ExecutionAnswer.Refused refused -> Refusals.of(refused);
            case ExecutionAnswer.Unavailable unavailable -> Refusals.of(unavailable);
            case ExecutionAnswer.Accepted accepted -> throw unexpected(accepted);
            case ExecutionAnswer.Ended ended -> throw unexpected(ended);
        };
    }

    private static IllegalStateException unexpected(ExecutionAnswer answer) {
        return new IllegalStateException(
                "a look was answered with a " + answer.getClass().getSimpleName());
    }

    private CompletionStage<Answer> command(Call call, Command command) {
        return workflows.find(call).thenCompose(found -> {
            if (found.isEmpty()) {
                return done(WorkflowCalls.unknown(call));
            }
            Which which = which(call, found.get());
            return waiting.call(() -> runs.open(which, TRIED_MAX))
                    .thenCompose(open -> open.isEmpty() ? noneOpen(found.get(), which) : first(call, command, open, 0));
        });
    }

    private CompletionStage<Answer> noneOpen(Registered workflow, Which which) {
        return waiting.call(() -> runs.newest(which, 1))
                .thenApply(newest -> newest.isEmpty() ? none(workflow) : over(newest.getFirst()));
    }

    private static Answer over(Run newest) {
        return Answer.Problem.of(
                ProblemCode.ENDED,
                "no execution of \"%s\" is under way; the newest, \"%s\", has ended"
                        .formatted(newest.workflow(), newest.key().id()));
    }

    /** The first that has not ended in the meantime. */
    private CompletionStage<Answer> first(Call call, Command command, List<Run> open, int index) {
        return command.to(call, open.get(index).key())
                .thenCompose(answer -> answer instanceof Answer.Problem problem
                                && problem.code() == ProblemCode.ENDED
                                && index + 1 < open.size()
                        ? first(call, command, open, index + 1)
                        : done(answer));
    }

    private static CompletionStage<Answer> done(Answer answer) {
        return CompletableFuture.completedFuture(answer);
    }
}
