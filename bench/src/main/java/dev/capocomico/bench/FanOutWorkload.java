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
import java.util.stream.IntStream;

/** A hundred tasks side by side, each of which adds its own number to what it is given, and one after them that adds all up. */
final class FanOutWorkload implements Workload {
    static final int WIDTH = 100;

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Override
    public Definition definition() {
        Workflow workflow = Workflow.named("bench_fanout")
                .agent("w", role -> role.type("worker"))
                .agent("j", role -> role.type("join"));
        String[] all = IntStream.range(0, WIDTH).mapToObj(i -> "t" + i).toArray(String[]::new);
        for (int i = 0; i < WIDTH; i++) {
            Map<String, Object> input = Map.of("n", "${input.n}", "i", i);
            workflow.task(all[i], task -> task.agent("w").input(input));
        }
        var outputs = IntStream.range(0, WIDTH)
                .mapToObj(i -> "${tasks.t" + i + ".output}")
                .toList();
        return workflow.task("join", task -> task.agent("j").dependsOn(all).input(outputs))
                .build();
    }

    @Override
    public void serve(CapocomicoBuilder node, Gate gate) {
        node.agent("worker", task -> {
            gate.pass();
            return task.input().path("n").asLong() + task.input().path("i").asLong();
        });
        node.agent("join", task -> {
            long sum = 0;
            for (JsonNode output : task.input()) {
                sum += output.asLong();
            }
            return sum;
        });
    }

    @Override
    public Execution begin(Capocomico capo, WorkflowRef workflow, int number) throws InterruptedException {
        return capo.execute(workflow, Map.of("n", number));
    }

    @Override
    public void finish(Execution execution, int number) throws Exception {
        JsonNode output = execution.await(PATIENCE);
        long sum = (long) WIDTH * number + WIDTH * (WIDTH - 1) / 2;
        if (output.path("join").asLong(-1) != sum) {
            throw new IllegalStateException("the sum should have been " + sum + ", and the output was " + output);
        }
    }

    @Override
    public void check(long executions) {
        // Each output has been looked at already.
    }

    @Override
    public Shape shape() {
        // The join is not counted: it is what the tasks are waited for with.
        return new Shape(WIDTH, WIDTH + 1, WIDTH, 250, 10);
    }
}
