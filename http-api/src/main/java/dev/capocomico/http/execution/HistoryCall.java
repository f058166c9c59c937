package dev.capocomico.http.execution;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.engine.Plans;
import dev.capocomico.engine.store.StepLog;
import dev.capocomico.engine.store.UnreadableException;
import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.ProblemCode;
import dev.capocomico.http.answer.Waiting;
import dev.capocomico.http.contract.Call;
import dev.capocomico.http.contract.Handler;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Step;
import dev.capocomico.model.history.Chronicle;
import dev.capocomico.model.history.HistoryEntry;
import dev.capocomico.model.plan.Plan;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Tells what has happened to an execution, from its journal. What an entry says may depend on all before it, so a page in the
 * middle costs a reading from the beginning.
 */
public final class HistoryCall {
    private static final int STEPS_AT_A_TIME = 500;

    private final StepLog log;
    private final Plans plans;
    private final Waiting waiting;

    public HistoryCall(StepLog log, Plans plans, Waiting waiting) {
        this.log = log;
        this.plans = plans;
        this.waiting = waiting;
    }

    /** By the operation of the contract. */
    public Map<String, Handler> handlers() {
        return Map.of("getHistory", this::history);
    }

    private CompletionStage<Answer> history(Call call) {
        ExecutionKey key = new ExecutionKey(call.tenant(), call.arguments().required("execution_id"));
        return waiting.call(() -> log.read(key, 0, STEPS_AT_A_TIME)).thenCompose(first -> {
            if (first.isEmpty()) {
                return CompletableFuture.completedFuture(
                        Answer.Problem.of(ProblemCode.NOT_FOUND, "there is no execution \"" + key.id() + "\""));
            }
            return plans.load(key.tenant(), digest(first))
                    .thenCompose(plan -> waiting.call(() -> page(call, key, plan, first)));
        });
    }

    private static String digest(List<Step> first) {
        if (first.getFirst().facts().getFirst() instanceof Fact.Started started) {
            return started.planDigest();
        }
        throw new IllegalStateException("an execution whose first fact is not that it was started");
    }

    private Answer page(Call call, ExecutionKey key, Plan plan, List<Step> first) {
        int limit = call.arguments().number("limit");
        long after = call.arguments().number("after");
        Chronicle chronicle = new Chronicle(plan);
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("execution_id", key.id());
        ArrayNode history = json.putArray("history");
        for (List<Step> steps = first; !steps.isEmpty(); steps = following(key, steps, chronicle, json)) {
            for (Step step : steps) {
                List<HistoryEntry> entries = chronicle.add(step);
                if (step.number() > after) {
                    entries.forEach(entry -> history.add(entry.toJson()));
                }
                if (history.size() >= limit) {
                    // What happened at once stays together, so a page may be a little longer than was asked for.
                    return Answer.ok(json.put("next_after", step.number()));
                }
            }
        }
        return Answer.ok(json);
    }

    /** What follows one that cannot be read says nothing without it. */
    private List<Step> following(ExecutionKey key, List<Step> steps, Chronicle chronicle, ObjectNode json) {
        if (steps.size() < STEPS_AT_A_TIME && chronicle.state().hasEnded()) {
            return List.of();
        }
        try {
            return log.read(key, steps.getLast().number(), STEPS_AT_A_TIME);
        } catch (UnreadableException e) {
            json.put("incomplete", e.getMessage());
            return List.of();
        }
    }
}
