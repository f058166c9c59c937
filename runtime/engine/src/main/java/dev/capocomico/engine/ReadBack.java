package dev.capocomico.engine;

import dev.capocomico.engine.store.Snapshot;
import dev.capocomico.model.execution.Execution;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Rules;
import dev.capocomico.model.execution.Step;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a recovery has read of an execution, until the plan is there that it can be understood with. A snapshot, if there was one, and the
 * steps after it. Large values stay where they are kept.
 */
final class ReadBack {
    private final @Nullable Snapshot snapshot;
    private final List<Step> steps = new ArrayList<>();

    private ReadBack(@Nullable Snapshot snapshot) {
        this.snapshot = snapshot;
    }

    static ReadBack from(@Nullable Snapshot snapshot) {
        return new ReadBack(snapshot);
    }

    void add(Step step) {
        steps.add(step);
    }

    /** The number of the last step that was read, or that the snapshot stands for; 0 when there is nothing. */
    long lastNumber() {
        return steps.isEmpty() ? snapshotNumber() : steps.getLast().number();
    }

    long snapshotNumber() {
        return snapshot == null ? 0 : snapshot.state().steps();
    }

    int snapshotSize() {
        return snapshot == null ? 0 : snapshot.size();
    }

    /** Who wrote the last step that was read. */
    long lastWriter() {
        return steps.isEmpty() ? Step.NO_WRITER : steps.getLast().writer();
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

    ExecutionState state(Rules rules) {
        ExecutionState state = snapshot == null ? ExecutionState.NEW : snapshot.state();
        for (Step step : steps) {
            state = Execution.evolve(rules, state, step);
        }
        return state;
    }
}
