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

/** Three tasks one after the other; each adds one to what it is given. */
final class ChainWorkload implements Workload {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Override
    public Definition definition() {
        return Workflow.named("bench_chain")
                .agent("s", role -> role.type("step"))
                .task("a", task -> task.agent("s").input("${input.n}"))
                .task("b", task -> task.agent("s").dependsOn("a").input("${tasks.a.output}"))
                .task("c", task -> task.agent("s").dependsOn("b").input("${tasks.b.output}"))
                .build();
    }

    @Override
    public void serve(CapocomicoBuilder node, Gate gate) {
        node.agent("step", task -> {
            if (task.id().equals("b")) {
                gate.pass();
            }
            return task.input().asInt() + 1;
        });
    }

    @Override
    public Execution begin(Capocomico capo, WorkflowRef workflow, int number) throws InterruptedException {
        return capo.execute(workflow, Map.of("n", number));
    }

    @Override
    public void finish(Execution execution, int number) throws Exception {
        JsonNode output = execution.await(PATIENCE);
        if (output.path("c").asInt(-1) != number + 3) {
            throw new IllegalStateException("three steps from " + number + " led to " + output);
        }
    }

    @Override
    public void check(long executions) {
        // Each output has been looked at already.
    }

    @Override
    public Shape shape() {
        return new Shape(3, 3, 1, 5_000, 500);
    }
}
