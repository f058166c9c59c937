package dev.capocomico.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.Capocomico;
import dev.capocomico.CapocomicoBuilder;
import dev.capocomico.Execution;
import dev.capocomico.WorkflowRef;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Workflow;
import java.time.Duration;
import java.util.Map;

/** A task that waits for a signal, and one that is given what the signal brought. Finishing an execution means to signal it. */
final class ParkedWorkload implements Workload {
    private static final String SIGNAL = "go";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Override
    public Definition definition() {
        return Workflow.named("bench_parked")
                .agent("s", role -> role.type("step"))
                .task("wait", task -> task.waitFor(SIGNAL))
                .task("act", task -> task.agent("s").dependsOn("wait").input("${tasks.wait.output}"))
                .build();
    }

    @Override
    public void serve(CapocomicoBuilder node, Gate gate) {
        node.agent("step", task -> {
            gate.pass();
            return task.input().path("n").asInt() + 1;
        });
    }

    @Override
    public Execution begin(Capocomico capo, WorkflowRef workflow, int number) throws InterruptedException {
        return capo.execute(workflow, Map.of());
    }

    @Override
    public void finish(Execution execution, int number) throws Exception {
        execution.signal(SIGNAL, Map.of("n", number));
        JsonNode output = execution.await(PATIENCE);
        if (output.path("act").asInt(-1) != number + 1) {
            throw new IllegalStateException("was signalled with " + number + ", and ended with " + output);
        }
    }

    @Override
    public void check(long executions) {
        // Each output has been looked at already.
    }

    @Override
    public Shape shape() {
        return new Shape(2, 1, 1, 1_000, 500);
    }
}
