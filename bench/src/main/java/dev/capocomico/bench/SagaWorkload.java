package dev.capocomico.bench;

import dev.capocomico.AgentFailure;
import dev.capocomico.Capocomico;
import dev.capocomico.CapocomicoBuilder;
import dev.capocomico.Execution;
import dev.capocomico.ExecutionFailed;
import dev.capocomico.WorkflowRef;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.SagaStrategy;
import dev.capocomico.model.definition.Workflow;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Four tasks one after the other, a fifth that fails for good, and the four undone, the newest first. */
final class SagaWorkload implements Workload {
    private static final String CODE = "OUT_OF_STOCK";
    private static final int UNDOABLE = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final LongAdder undone = new LongAdder();

    @Override
    public Definition definition() {
        Workflow workflow =
                Workflow.named("bench_saga").saga(SagaStrategy.BACKWARD).agent("s", role -> role.type("step"));
        for (int i = 1; i <= UNDOABLE; i++) {
            String[] before = i == 1 ? new String[0] : new String[] {"t" + (i - 1)};
            workflow.task("t" + i, task -> task.agent("s")
                    .action("do")
                    .input("${input.n}")
                    .dependsOn(before)
                    .compensate("s", "undo", "${output}"));
        }
        return workflow.task("t5", task -> task.agent("s").action("fail").dependsOn("t" + UNDOABLE))
                .build();
    }

    @Override
    public void serve(CapocomicoBuilder node, Gate gate) {
        node.agent("step", task -> switch (task.action()) {
            case "do" -> {
                if (task.id().equals("t2")) {
                    gate.pass();
                }
                yield task.id() + "-" + task.input().asInt();
            }
            case "undo" -> {
                String mine = task.input().asText();
                if (!mine.startsWith(task.id() + "-")) {
                    throw AgentFailure.permanent("NOT_MINE", task.id() + " is to undo " + mine);
                }
                undone.increment();
                yield "undone";
            }
            default -> throw AgentFailure.permanent(CODE, "there is none left");
        });
    }

    @Override
    public Execution begin(Capocomico capo, WorkflowRef workflow, int number) throws InterruptedException {
        return capo.execute(workflow, Map.of("n", number));
    }

    @Override
    public void finish(Execution execution, int number) throws Exception {
        try {
            throw new IllegalStateException("should have failed, and ended with " + execution.await(PATIENCE));
        } catch (ExecutionFailed expected) {
            if (!expected.code().equals(CODE) || !"t5".equals(expected.task())) {
                throw new IllegalStateException("should have failed otherwise", expected);
            }
        }
    }

    @Override
    public void check(long executions) {
        // An execution ends after its compensations, each of which is called once where nothing is lost.
        if (undone.sum() != UNDOABLE * executions) {
            throw new IllegalStateException("%,d executions undid %,d tasks".formatted(executions, undone.sum()));
        }
    }

    @Override
    public Shape shape() {
        return new Shape(UNDOABLE + 1, 2 * UNDOABLE + 1, 1, 5_000, 500);
    }
}
