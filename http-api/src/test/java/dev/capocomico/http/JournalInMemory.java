package dev.capocomico.http;

import dev.capocomico.engine.Plans;
import dev.capocomico.engine.store.JournalTail;
import dev.capocomico.engine.store.WorkflowRuns;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Step;
import dev.capocomico.model.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All steps of all executions, in the order of their commits. */
final class JournalInMemory implements JournalTail {
    private final List<StepPlace> steps = new ArrayList<>();
    private final Map<String, AtomicInteger> stepsRead = new ConcurrentHashMap<>();
    /** How often somebody has asked which executions have gone on. */
    final AtomicInteger listings = new AtomicInteger();

    private final Plans plans;
    private final FlakyDatabase database;

    JournalInMemory(Plans plans, FlakyDatabase database) {
        this.plans = plans;
        this.database = database;
    }

    void commit(ExecutionKey key, Step step, Plan plan) {
        synchronized (steps) {
            steps.add(new StepPlace(
                    new Position(1, steps.size() + 1),
                    key,
                    step.number(),
                    plan.definition().version(),
                    plan.digest()));
        }
    }

    @Override
    public Position end() {
        database.require();
        synchronized (steps) {
            return new Position(1, steps.size());
        }
    }

    @Override
    public Position listed() {
        return end();
    }

    @Override
    public News news(Position after, int limit) {
        Position end = end();
        synchronized (steps) {
            return new News(
                    steps.stream()
                            .filter(step -> step.position().compareTo(after) > 0)
                            .map(StepPlace::key)
                            .collect(Collectors.toSet()),
                    end,
                    false);
        }
    }

    /** How often somebody has read the steps of a workflow. */
    int stepsRead(String workflow) {
        return stepsRead.getOrDefault(workflow, new AtomicInteger()).get();
    }

    @Override
    public Listed listedSince(Position after, int limit) {
        listings.incrementAndGet();
        Position end = end();
        synchronized (steps) {
            return new Listed(
                    steps.stream()
                            .filter(step -> step.position().compareTo(after) > 0)
                            .map(step -> new StepOwner(step.key(), workflow(step), step.version()))
                            .collect(Collectors.toSet()),
                    end,
                    false);
        }
    }

    private String workflow(StepPlace step) {
        return Objects.requireNonNull(plans.atHand(step.digest())).definition().name();
    }

    @Override
    public Steps steps(WorkflowRuns.Which which, @Nullable String executionId, Position after, int limit) {
        database.require();
        stepsRead.computeIfAbsent(which.workflow(), name -> new AtomicInteger()).incrementAndGet();
        synchronized (steps) {
            List<StepPlace> found = steps.stream()
                    .filter(step -> step.position().compareTo(after) > 0)
                    .filter(step -> step.key().tenant().equals(which.tenant()))
                    .filter(step -> executionId == null || step.key().id().equals(executionId))
                    .filter(step -> workflow(step).equals(which.workflow()))
                    .filter(step -> which.version() == null || which.version().equals(step.version()))
                    .limit(limit)
                    .toList();
            return new Steps(found, found.size() == limit ? found.getLast().position() : end());
        }
    }
}
