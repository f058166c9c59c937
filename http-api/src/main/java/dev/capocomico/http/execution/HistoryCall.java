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
import dev.capocomico.http.contract.PageCursor;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Step;
import dev.capocomico.model.history.Chronicle;
import dev.capocomico.model.history.HistoryEntry;
import dev.capocomico.model.plan.Plan;
import java.util.ArrayList;
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
    private final Absences absences;
    private final Waiting waiting;

    public HistoryCall(StepLog log, Plans plans, Absences absences, Waiting waiting) {
        this.log = log;
        this.plans = plans;
        this.absences = absences;
        this.waiting = waiting;
    }

    /** By the operation of the contract. */
    public Map<String, Handler> handlers() {
        return Map.of("getHistory", this::history);
    }

    private CompletionStage<Answer> history(Call call) {
        ExecutionKey key = new ExecutionKey(call.tenant(), call.arguments().required("execution_id"));
        List<Answer.Flaw> flaws = new ArrayList<>();
        HistoryCursor said = PageCursor.read(call.arguments(), HistoryCursor::read, flaws);
        if (!flaws.isEmpty()) {
            return CompletableFuture.completedFuture(Answer.Problem.of(
                    ProblemCode.INVALID_PARAMETER, "the cursor is none that this call has given", flaws));
        }
        HistoryCursor after = said == null ? HistoryCursor.START : said;
        return waiting.call(() -> log.read(key, 0, STEPS_AT_A_TIME))
                .thenCompose(first -> first.isEmpty()
                        ? absences.why(key)
                        : plans.load(key.tenant(), digest(first))
                                .thenCompose(plan -> waiting.call(() -> page(call, key, plan, first, after))));
    }

    private static String digest(List<Step> first) {
        if (first.getFirst().facts().getFirst() instanceof Fact.Started started) {
            return started.planDigest();
        }
        throw new IllegalStateException("an execution whose first fact is not that it was started");
    }

    private Answer page(Call call, ExecutionKey key, Plan plan, List<Step> first, HistoryCursor after) {
        int limit = call.arguments().number("limit");
        Chronicle chronicle = new Chronicle(plan);
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("execution_id", key.id());
        ArrayNode history = json.putArray("history");
        HistoryCursor last = after;
        for (List<Step> steps = first; !steps.isEmpty(); steps = following(key, steps, chronicle, json)) {
            for (Step step : steps) {
                int index = 0;
                List<HistoryEntry> entries;
                try {
                    entries = ToldSteps.add(chronicle, key, step);
                } catch (UnreadableException e) {
                    return Answer.ok(json.put("incomplete", e.getMessage()));
                }
                for (HistoryEntry entry : entries) {
                    HistoryCursor place = new HistoryCursor(step.number(), ++index);
                    if (place.compareTo(after) <= 0) {
                        continue;
                    }
                    if (history.size() == limit) {
                        return Answer.ok(json.put("next_cursor", last.text()));
                    }
                    history.add(entry.toJson());
                    last = place;
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
