package dev.capocomico.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.engine.store.FactValues;
import dev.capocomico.engine.store.PayloadStore;
import dev.capocomico.engine.store.Snapshot;
import dev.capocomico.model.execution.Execution;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Rules;
import dev.capocomico.model.execution.Step;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a recovery has read of an execution, until everything is there that it can be understood with: the large values and the plan. A
 * snapshot, if there was one, and the steps after it.
 */
final class ReadBack {
    private final @Nullable Snapshot snapshot;
    /** What the references of the snapshot stand for; null until it was fetched. */
    private final @Nullable List<JsonNode> ofSnapshot;

    private final List<Step> steps;

    private ReadBack(@Nullable Snapshot snapshot, @Nullable List<JsonNode> ofSnapshot, List<Step> steps) {
        this.snapshot = snapshot;
        this.ofSnapshot = ofSnapshot;
        this.steps = steps;
    }

    static ReadBack from(@Nullable Snapshot snapshot) {
        boolean whole = snapshot == null || snapshot.references().isEmpty();
        return new ReadBack(snapshot, whole ? List.of() : null, new ArrayList<>());
    }

    void add(Step step) {
        steps.add(step);
    }

    /** The number of the last step that was read, or that the snapshot stands for; 0 when there is nothing. */
    long lastNumber() {
        return steps.isEmpty() ? snapshotNumber() : steps.getLast().number();
    }

    long snapshotNumber() {
        return snapshot == null ? 0 : snapshot.step();
    }

    int snapshotSize() {
        return snapshot == null ? 0 : snapshot.size();
    }

    /** Null when no step was read. */
    @Nullable Step lastStep() {
        return steps.isEmpty() ? null : steps.getLast();
    }

    String planDigest() {
        if (snapshot != null) {
            return snapshot.planDigest();
        }
        if (steps.getFirst().facts().getFirst() instanceof Fact.Started started) {
            return started.planDigest();
        }
        throw new IllegalStateException(
                "the first fact of an execution is its start, but there is " + steps.getFirst());
    }

    boolean isWhole() {
        return ofSnapshot != null && steps.stream().noneMatch(FactValues::anyReference);
    }

    /** The same with all large values; blocks. */
    ReadBack fetched(PayloadStore payloads, ExecutionKey key) {
        List<JsonNode> values = new ArrayList<>(snapshot == null ? List.of() : snapshot.references());
        int fromSnapshot = values.size();
        values.addAll(FactValues.of(steps));
        List<JsonNode> whole = payloads.fetch(key, values);
        return new ReadBack(
                snapshot,
                whole.subList(0, fromSnapshot),
                FactValues.replace(steps, whole.subList(fromSnapshot, whole.size())));
    }

    ExecutionState state(Rules rules) {
        if (ofSnapshot == null) {
            throw new IllegalStateException("the large values of the snapshot were not fetched");
        }
        ExecutionState state = snapshot == null ? ExecutionState.NEW : snapshot.state(ofSnapshot);
        for (Step step : steps) {
            state = Execution.evolve(rules, state, step);
        }
        return state;
    }
}
