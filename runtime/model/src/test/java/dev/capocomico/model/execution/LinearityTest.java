package dev.capocomico.model.execution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.management.ThreadMXBean;
import dev.capocomico.model.definition.SagaStrategy;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.ExecutionCommand.Outcome;
import dev.capocomico.model.plan.Plan;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/**
 * Twice the tasks, about twice the work: counted in facts and in allocated bytes, which a slow machine does not change. Results
 * are reported one by one, as the worst case.
 */
class LinearityTest {
    private static final double AT_MOST = 2.3;

    private record Work(long facts, long bytes) {}

    @Test
    void a_chain_is_linear() {
        grows(LinearityTest::chain);
    }

    @Test
    void a_wide_join_is_linear() {
        grows(LinearityTest::join);
    }

    @Test
    void a_fan_out_is_linear_with_and_without_a_bound() {
        grows(size -> fanOut(size, size));
        grows(size -> fanOut(size, 8));
    }

    @Test
    void undoing_is_linear() {
        grows(size -> {
            Workflow workflow = Workflow.named("undo").saga(SagaStrategy.BACKWARD);
            for (int i = 0; i < size; i++) {
                workflow.task("t" + i, task -> task.agent("worker").compensate("worker", "undo"));
            }
            return run(workflow.output("${nothing}"), IntNode.valueOf(1));
        });
    }

    @Test
    void a_hundred_thousand_tasks_are_done_in_time() {
        assertThat(chain(100_000).facts()).isEqualTo(200_002);
        assertThat(join(100_000).facts()).isEqualTo(200_002);
        assertThat(fanOut(100_000, 100).facts()).isEqualTo(200_003);
    }

    private static void grows(IntFunction<Work> workload) {
        assertThat(workload.apply(2_000).facts()).isPositive(); // classes are loaded, and do not count
        Work half = workload.apply(10_000);
        Work whole = workload.apply(20_000);
        System.out.printf("%,d bytes for 10,000, %,d for 20,000%n", half.bytes(), whole.bytes());
        assertThat((double) whole.facts() / half.facts()).as("facts").isLessThan(AT_MOST);
        assertThat((double) whole.bytes() / half.bytes()).as("allocated bytes").isLessThan(AT_MOST);
    }

    private static Work chain(int size) {
        Workflow workflow = Workflow.named("chain");
        for (int i = 0; i < size; i++) {
            String before = "t" + (i - 1);
            boolean first = i == 0;
            workflow.task(
                    "t" + i,
                    task -> first ? task.agent("worker") : task.agent("worker").dependsOn(before));
        }
        return run(workflow, IntNode.valueOf(1));
    }

    private static Work join(int size) {
        Workflow workflow = Workflow.named("join");
        String[] all = new String[size - 1];
        for (int i = 0; i < size - 1; i++) {
            all[i] = "t" + i;
            workflow.task(all[i], task -> task.agent("worker"));
        }
        return run(workflow.task("join", task -> task.agent("worker").dependsOn(all)), IntNode.valueOf(1));
    }

    private static Work fanOut(int size, int maxParallel) {
        ArrayNode items = JsonNodeFactory.instance.arrayNode(size);
        for (int i = 0; i < size; i++) {
            items.add(i);
        }
        return run(
                Workflow.named("fan").task("a", task -> task.agent("worker")
                        .forEach("${input}", maxParallel)
                        .input("${item}")),
                items);
    }

    private static Work run(Workflow workflow, JsonNode input) {
        Rules rules = new Rules(Plan.of(workflow.build()), new TinyExpressions(), Play.SCHEMAS, Rules.Settings.DEFAULT);
        rules.plan().digest();
        long before = allocated();
        Deque<AttemptKey> owed = new ArrayDeque<>();
        ExecutionCommand next = new ExecutionCommand.Start(1, "x", input, StartOptions.NONE, null);
        ExecutionState state = ExecutionState.NEW;
        long facts = 0;
        while (state.phase() != Phase.ENDED) {
            Decision decision = Execution.decide(rules, state, next);
            state = decision.next();
            facts += decision.step() == null ? 0 : decision.step().facts().size();
            for (Effect effect : decision.effects()) {
                if (effect instanceof Effect.Run run) {
                    owed.add(run.key());
                }
            }
            if (state.phase() != Phase.ENDED) {
                AttemptResult done = new AttemptResult.Succeeded(IntNode.valueOf(1), null, 1, Usage.NONE);
                next = new ExecutionCommand.Report(1, List.of(new Outcome(owed.remove(), done)), 0.5);
            }
        }
        return new Work(facts, allocated() - before);
    }

    private static long allocated() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getCurrentThreadAllocatedBytes();
    }
}
