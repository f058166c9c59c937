package dev.capocomico.http.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.engine.ExecutionAnswer;
import dev.capocomico.engine.ExecutionMessage;
import dev.capocomico.engine.Plans;
import dev.capocomico.engine.store.WorkflowDirectory.Registered;
import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.ProblemCode;
import dev.capocomico.http.answer.Waiting;
import dev.capocomico.http.contract.Call;
import dev.capocomico.http.contract.Handler;
import dev.capocomico.http.execution.Admission;
import dev.capocomico.http.execution.Asking;
import dev.capocomico.http.execution.Refusals;
import dev.capocomico.http.execution.ValueReader;
import dev.capocomico.http.load.CallerWork;
import dev.capocomico.language.schema.JsonSchemas;
import dev.capocomico.language.schema.Misfit;
import dev.capocomico.model.definition.Resources;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Refusal;
import dev.capocomico.model.execution.StartOptions;
import dev.capocomico.model.plan.Plan;
import dev.capocomico.model.value.Reference;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Executes a workflow.
 *
 * <p>That one call makes one execution, however often it arrives and wherever, rests on the execution itself: it is the same
 * actor for the same id, and its first fact says what it was started with. So an {@code Idempotency-Key} needs no table: the id
 * is made from it.
 */
public final class ExecuteCall {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** About a millisecond. */
    private static final int STEPS_AT_ONCE_MAX = 20_000;

    private final WorkflowCalls workflows;
    private final Plans plans;
    private final Asking executions;
    private final Admission admission;
    private final Capacity capacity;
    private final Alone alone;
    private final ValueReader values;
    private final Waiting waiting;
    private final CallerWork work;
    private final InstantSource clock;
    private final JsonSchemas schemas = new JsonSchemas();

    public ExecuteCall(
            WorkflowCalls workflows,
            Plans plans,
            Asking executions,
            Admission admission,
            Capacity capacity,
            Alone alone,
            ValueReader values,
            Waiting waiting,
            CallerWork work,
            InstantSource clock) {
        this.workflows = workflows;
        this.plans = plans;
        this.executions = executions;
        this.admission = admission;
        this.capacity = capacity;
        this.alone = alone;
        this.values = values;
        this.waiting = waiting;
        this.work = work;
        this.clock = clock;
    }

    public Map<String, Handler> handlers() {
        return Map.of("executeWorkflow", this::execute);
    }

    private CompletionStage<Answer> execute(Call call) {
        StartRequest request = new StartRequest(call);
        ExecutionKey key = new ExecutionKey(call.tenant(), id(call, request));
        // Who finds no room is told at once, before anything is looked up.
        Optional<Answer.Problem> full = admission.refusal(admission.room(key));
        if (full.isPresent()) {
            return done(full.get());
        }
        return workflows
                .find(call)
                .thenCompose(found -> found.isEmpty()
                        ? CompletableFuture.completedFuture(WorkflowCalls.unknown(call))
                        : plans.load(call.tenant(), found.get().digest())
                                .thenCompose(plan -> begin(call, key, request, found.get(), plan)));
    }

    private CompletionStage<Answer> begin(
            Call call, ExecutionKey key, StartRequest request, Registered workflow, Plan plan) {
        StartOptions options = request.options();
        Resources resources = request.resources();
        if (!request.errors().isEmpty()) {
            return CompletableFuture.completedFuture(
                    Answer.Problem.of(ProblemCode.INVALID_REQUEST, "the options cannot be used", request.errors()));
        }
        Optional<String> excess = capacity.complaint(resources);
        if (excess.isPresent()) {
            return done(Capacity.refusal("the execution asks for " + excess.get()));
        }
        return misfits(call.tenant(), plan, request.input())
                .thenCompose(misfits -> begin(call, key, request, options, workflow, plan, misfits));
    }

    private CompletionStage<Answer> begin(
            Call call,
            ExecutionKey key,
            StartRequest request,
            StartOptions options,
            Registered workflow,
            Plan plan,
            List<Answer.Flaw> misfits) {
        JsonNode input = request.input();
        if (!misfits.isEmpty()) {
            return CompletableFuture.completedFuture(Answer.Problem.of(
                    ProblemCode.INVALID_INPUT,
                    "the input does not fit the input_schema of \"%s\"".formatted(workflow.name()),
                    misfits));
        }
        var start = new ExecutionCommand.Start(
                clock.millis(), key.id(), input, options, call.known().subject());
        return request.alone()
                ? alone.unlessRunning(workflow.name(), key, () -> begin(call, plan, start, key))
                : begin(call, plan, start, key);
    }

    private CompletionStage<Answer> begin(Call call, Plan plan, ExecutionCommand.Start start, ExecutionKey key) {
        return admission
                .refusal(admission.enter(key))
                .map(full -> done(full))
                .orElseGet(() -> admitted(call, plan, start, key));
    }

    /** Its place is kept until it has answered: from then on it counts by itself. */
    private CompletionStage<Answer> admitted(Call call, Plan plan, ExecutionCommand.Start start, ExecutionKey key) {
        CompletionStage<ExecutionAnswer> asked;
        try {
            asked = executions.ask(key, replyTo -> new ExecutionMessage.Begin(start, plan, call.origin(), replyTo));
        } catch (RuntimeException e) {
            admission.entered(key);
            throw e;
        }
        return asked.whenComplete((answer, failure) -> admission.entered(key)).thenCompose(answer -> switch (answer) {
            case ExecutionAnswer.Accepted accepted -> done(executing(key, plan));
            case ExecutionAnswer.Refused refused
            when refused.refusal().code() == Refusal.Code.ALREADY_STARTED ->
                begunBefore(call, key, start.input(), refused);
            case ExecutionAnswer.Refused refused -> done(Refusals.of(refused));
            case ExecutionAnswer.Unavailable unavailable -> done(Refusals.of(unavailable));
            case ExecutionAnswer.Ended ended -> throw unexpected(ended);
            case ExecutionAnswer.Standing standing -> throw unexpected(standing);
            case ExecutionAnswer.Archived archived -> throw unexpected(archived);
        });
    }

    /** Most inputs are held against their schema in no time; what takes longer is done where it keeps nobody waiting. */
    private CompletionStage<List<Answer.Flaw>> misfits(String tenant, Plan plan, JsonNode input) {
        JsonNode schema = plan.definition().inputSchema();
        if (schema == null) {
            return CompletableFuture.completedFuture(List.of());
        }
        JsonSchemas.Compiled compiled = schemas.compile(schema);
        return compiled.misfitsWithin(STEPS_AT_ONCE_MAX, input)
                .<CompletionStage<List<Misfit>>>map(CompletableFuture::completedFuture)
                .orElseGet(() -> work.run(tenant, () -> compiled.misfits(input)))
                .thenApply(misfits -> misfits.stream()
                        .map(misfit -> new Answer.Flaw("/input_data" + misfit.pointer(), misfit.message()))
                        .toList());
    }

    /**
     * Somebody who says {@code order} and means the newest version says the same thing again after another version was
     * registered. It is the same call, and is answered as the first time.
     */
    private CompletionStage<Answer> begunBefore(
            Call call, ExecutionKey key, JsonNode input, ExecutionAnswer.Refused refused) {
        WorkflowAddress address = WorkflowAddress.parse(call.arguments().required("workflow"));
        if (!(address instanceof WorkflowAddress.Named named) || named.version() != null) {
            return done(Refusals.of(refused));
        }
        return executions.ask(key, ExecutionMessage.Look::new).thenCompose(answer -> {
            if (answer instanceof ExecutionAnswer.Standing standing) {
                Fact.Started started = standing.state().started();
                Plan plan = standing.plan();
                if (started != null && plan.definition().name().equals(named.name())) {
                    return isSame(key, started.input(), input)
                            .thenApply(same -> same ? executing(key, plan) : Refusals.of(refused));
                }
            }
            return done(Refusals.of(refused));
        });
    }

    private CompletionStage<Boolean> isSame(ExecutionKey key, JsonNode begun, JsonNode input) {
        return Reference.isIn(begun)
                ? waiting.call(() -> values.whole(key, begun).equals(input))
                : CompletableFuture.completedFuture(begun.equals(input));
    }

    private static Answer executing(ExecutionKey key, Plan plan) {
        ObjectNode json = JSON.objectNode().put("execution_id", key.id()).put("status", "planning");
        ArrayNode agents = json.putArray("allocated_agents");
        plan.definition().agents().forEach((role, agent) -> agents.addObject()
                .put("role", role)
                .put("type", agent.type())
                .put("count", agent.count()));
        String url = "/api/v1/executions/" + key.id();
        json.put("execution_url", url);
        return new Answer.Done(202, json, Map.of("Location", url));
    }

    /** One that was made from a key has a colon in it, and so is none that {@link UUID} makes. */
    private static String id(Call call, StartRequest request) {
        return request.executionId()
                .or(() -> call.arguments().text("Idempotency-Key").map(key -> "key:" + digest(address(call), key)))
                .orElseGet(() -> UUID.randomUUID().toString());
    }

    /** A key is for one call: that to execute this workflow, by whatever version. */
    private static String address(Call call) {
        return switch (WorkflowAddress.parse(call.arguments().required("workflow"))) {
            case WorkflowAddress.Id id -> id.id();
            case WorkflowAddress.Digest digest -> digest.digest();
            case WorkflowAddress.Named named -> named.name();
        };
    }

    private static String digest(String workflow, String key) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            byte[] bytes = sha.digest((workflow + "\n" + key).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(bytes, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static CompletionStage<Answer> done(Answer answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private static IllegalStateException unexpected(ExecutionAnswer answer) {
        return new IllegalStateException(
                "a start was answered with a " + answer.getClass().getSimpleName());
    }
}
