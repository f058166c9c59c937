package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.definition.CoordinationType;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.EventWait;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.ExecutionStatus;
import dev.capocomico.model.execution.Refusal;
import dev.capocomico.model.retry.RetryPolicy;
import dev.capocomico.model.retry.RetryStrategy;
import dev.capocomico.persistence.embedded.Durability;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One node on a real PostgreSQL, used as a program uses it. */
class CapocomicoTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final RetryPolicy AT_ONCE = new RetryPolicy(
            RetryStrategy.FIXED, 2, Duration.ofMillis(1), Duration.ofMillis(1), 1, 0, List.of(), List.of());

    @TempDir
    static Path temporary;

    private static final ConcurrentLinkedQueue<String> CALLS = new ConcurrentLinkedQueue<>();
    private static final CountDownLatch NEVER = new CountDownLatch(1);
    private static Capocomico capo;

    @BeforeAll
    static void start() throws Exception {
        capo = Capocomico.builder()
                .embeddedDatabase(EmbeddedPostgresSettings.in(temporary).withDurability(Durability.FAST_FOR_TESTS))
                .agent("echo", task -> Map.of("task", task.id(), "input", task.input()))
                .agent("flaky", CapocomicoTest::flaky)
                .agent("hopeless", task -> {
                    throw AgentFailure.permanent("NO_WAY", "it cannot be done");
                })
                .agent("ledger", task -> CALLS.add(task.executionId() + ":" + task.action()))
                .agent("stuck", task -> {
                    NEVER.await();
                    return null;
                })
                .simulateOtherAgents()
                .stopGrace(Duration.ZERO)
                .start();
    }

    @AfterAll
    static void stop() {
        capo.close();
    }

    private static Object flaky(Task task) {
        if (task.attempt() < 3) {
            throw new IllegalStateException("not yet");
        }
        return task.attempt();
    }

    @Test
    void outputs_flow_from_task_to_task() throws Exception {
        WorkflowRef chain = capo.register(Workflow.named("flow")
                .agent("e", role -> role.type("echo"))
                .task("first", task -> task.agent("e").input(Map.of("n", "${input.n + 1}")))
                .task("second", task -> task.agent("e").dependsOn("first").input("${tasks.first.output.input.n * 2}"))
                .output("${tasks.second.output.input}")
                .build());
        assertThat(capo.execute(chain, Map.of("n", 20L)).await(SOON).asInt()).isEqualTo(42);
    }

    @Test
    void a_failed_attempt_is_made_again_by_the_policy() throws Exception {
        WorkflowRef flaky = capo.register(one("flaky_once", "flaky"));
        ExecutionOptions options = ExecutionOptions.DEFAULT.retry(AT_ONCE);
        assertThat(capo.execute(flaky, null, options).await(SOON).at("/work").asInt())
                .isEqualTo(3);
    }

    @Test
    void a_failure_for_good_is_told_with_its_task_and_code() throws Exception {
        WorkflowRef hopeless = capo.register(one("hopeless_once", "hopeless"));
        Execution run = capo.execute(hopeless, null, ExecutionOptions.id("hopeless-1"));
        assertThatExceptionOfType(ExecutionFailed.class)
                .isThrownBy(() -> run.await(SOON))
                .withMessageContaining("execution \"hopeless-1\" failed")
                .withMessageContaining("it cannot be done (NO_WAY)")
                .satisfies(failed -> {
                    assertThat(failed.kind()).isEqualTo(Ending.Kind.FAILED);
                    assertThat(failed.code()).isEqualTo("NO_WAY");
                    assertThat(failed.task()).isEqualTo("work");
                });
    }

    @Test
    void what_was_done_is_compensated_newest_first() throws Exception {
        WorkflowRef saga = capo.register(Workflow.named("saga")
                .agent("l", role -> role.type("ledger"))
                .agent("h", role -> role.type("hopeless"))
                .task("reserve", task -> task.agent("l").compensate("l", "unreserve"))
                .task("charge", task -> task.agent("l").dependsOn("reserve").compensate("l", "refund"))
                .task("ship", task -> task.agent("h").dependsOn("charge"))
                .saga(dev.capocomico.model.definition.SagaStrategy.BACKWARD)
                .build());
        Execution run = capo.execute(saga, null, ExecutionOptions.id("saga-1"));
        assertThatExceptionOfType(ExecutionFailed.class).isThrownBy(() -> run.await(SOON));
        assertThat(CALLS.stream().filter(call -> call.startsWith("saga-1:")))
                .containsExactly("saga-1:reserve", "saga-1:charge", "saga-1:refund", "saga-1:unreserve");
    }

    @Test
    void the_same_id_is_the_same_execution_and_another_input_is_refused() throws Exception {
        WorkflowRef echo = capo.register(one("echo_once", "echo"));
        JsonNode first =
                capo.execute(echo, Map.of("n", 1), ExecutionOptions.id("twice")).await(SOON);
        // It has left memory by now, so the second time it is read back.
        assertThat(capo.execute(echo, Map.of("n", 1), ExecutionOptions.id("twice"))
                        .await(SOON))
                .isEqualTo(first);
        assertThatExceptionOfType(CommandRefused.class)
                .isThrownBy(() -> capo.execute(echo, Map.of("n", 2), ExecutionOptions.id("twice")))
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(Refusal.Code.ALREADY_STARTED));
        WorkflowRef other = capo.register(one("echo_twice", "echo"));
        assertThatExceptionOfType(CommandRefused.class)
                .isThrownBy(() -> capo.execute(other, Map.of("n", 1), ExecutionOptions.id("twice")))
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(Refusal.Code.ALREADY_STARTED));
    }

    @Test
    void an_unknown_execution_is_not_found_and_leaves_no_trace() {
        Execution nobody = capo.execution("nobody");
        for (int i = 0; i < 3; i++) {
            assertThatExceptionOfType(CommandRefused.class)
                    .isThrownBy(nobody::status)
                    .satisfies(refused -> assertThat(refused.code()).isEqualTo(Refusal.Code.NOT_FOUND));
            assertThatExceptionOfType(CommandRefused.class).isThrownBy(() -> nobody.await(SOON));
            assertThatExceptionOfType(CommandRefused.class).isThrownBy(nobody::pause);
        }
    }

    @Test
    void an_execution_that_is_begun_while_others_ask_for_it_in_vain_runs_once() throws Exception {
        WorkflowRef ledger = capo.register(one("ledger_once", "ledger"));
        int count = 200;
        try (ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> asked = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String id = "asked-" + i;
                asked.add(askers.submit(() -> capo.execution(id).status()));
                asked.add(askers.submit(() -> capo.execute(ledger, null, ExecutionOptions.id(id))));
                asked.add(askers.submit(() -> capo.execution(id).status()));
            }
            assertThat(asked).hasSize(3 * count);
        }
        for (int i = 0; i < count; i++) {
            capo.execution("asked-" + i).await(SOON);
        }
        assertThat(CALLS.stream().filter(call -> call.startsWith("asked-")))
                .hasSize(count)
                .doesNotHaveDuplicates();
    }

    @Test
    void a_signal_is_waited_for_and_becomes_the_output() throws Exception {
        WorkflowRef approval = capo.register(Workflow.named("approval")
                .task("approve", task -> task.waitFor("approval"))
                .build());
        Execution run = capo.execute(approval, null);
        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> run.await(Duration.ofMillis(100)));
        assertThat(run.status()).isEqualTo(ExecutionStatus.EXECUTING);
        run.signal("approval", Map.of("by", "finance"));
        assertThat(run.await(SOON).at("/approve/by").asText()).isEqualTo("finance");
        assertThatExceptionOfType(CommandRefused.class)
                .isThrownBy(() -> run.signal("approval", null))
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(Refusal.Code.ENDED));
    }

    @Test
    void a_cancelled_execution_tells_its_agent_and_ends() throws Exception {
        WorkflowRef stuck = capo.register(one("stuck_once", "stuck"));
        Execution run = capo.execute(stuck, null);
        run.cancel("not needed any more");
        assertThatExceptionOfType(ExecutionFailed.class)
                .isThrownBy(() -> run.await(SOON))
                .withMessageContaining("not needed any more")
                .satisfies(failed -> assertThat(failed.kind()).isEqualTo(Ending.Kind.CANCELLED));
    }

    @Test
    void an_attempt_is_given_up_at_its_timeout() throws Exception {
        WorkflowRef late = capo.register(Workflow.named("late")
                .agent("s", role -> role.type("stuck"))
                .task(
                        "work",
                        task -> task.agent("s").timeout(Duration.ofMillis(50)).retry("none"))
                .build());
        Execution run = capo.execute(late, null);
        assertThatExceptionOfType(ExecutionFailed.class)
                .isThrownBy(() -> run.await(SOON))
                .satisfies(failed -> assertThat(failed.code()).isEqualTo("TIMEOUT"));
    }

    @Test
    void a_sleep_is_slept() throws Exception {
        WorkflowRef nap = capo.register(Workflow.named("nap")
                .task("rest", task -> task.sleep(Duration.ofMillis(50)))
                .build());
        assertThat(capo.execute(nap, null).await(SOON).has("rest")).isTrue();
    }

    @Test
    void an_invalid_workflow_or_a_taken_version_is_refused_with_all_that_is_wrong() {
        Definition broken = Workflow.named("broken")
                .task("a", task -> task.agent("nobody").dependsOn("b"))
                .build();
        assertThatExceptionOfType(WorkflowInvalid.class)
                .isThrownBy(() -> capo.register(broken))
                .satisfies(invalid -> assertThat(invalid.problems()).hasSize(2));
        capo.register(one("taken", "echo"));
        assertThatExceptionOfType(WorkflowInvalid.class)
                .isThrownBy(() -> capo.register(one("taken", "flaky")))
                .withMessageContaining("another version");
    }

    @Test
    void what_cannot_be_executed_yet_is_refused_at_registration() {
        Definition swarm = Workflow.named("swarm")
                .pattern("swarm")
                .agent("worker", role -> role.type("echo").count(3))
                .task("work", task -> task.agent("worker"))
                .build();
        assertThatExceptionOfType(WorkflowInvalid.class)
                .isThrownBy(() -> capo.register(swarm))
                .withMessageContaining("cannot be executed yet");
    }

    @Test
    void a_workflow_executes_others_as_children_each_with_an_input_of_its_own() throws Exception {
        capo.register(one("invoice", "echo"));
        WorkflowRef batch = capo.register(Workflow.named("batch")
                .task("bill", task -> task.child("invoice")
                        .forEach("${input.customers}")
                        .input(Map.of("customer", "${item}")))
                .output("${tasks.bill.output.map(o, o.work.input.customer)}")
                .build());
        JsonNode output = capo.execute(batch, Map.of("customers", List.of("ada", "bob", "cy")))
                .await(SOON);
        assertThat(output).extracting(JsonNode::asText).containsExactly("ada", "bob", "cy");
    }

    @Test
    void a_task_starts_when_its_event_is_published_and_the_same_event_counts_once() throws Exception {
        WorkflowRef paid = capo.register(Workflow.named("paid")
                .events(CoordinationType.HYBRID, List.of("orders.paid"))
                .agent("e", role -> role.type("echo"))
                .task("go", task -> task.waitFor("go"))
                .task("ship", task -> task.agent("e")
                        .dependsOn("go")
                        .input("${event.amount}")
                        .onEvent(new EventWait("orders.paid", "${event.order == input.order}", null)))
                .output("${tasks.ship.output.input}")
                .build());
        Execution run = capo.execute(paid, Map.of("order", 17));
        assertThat(capo.publish("orders.paid", "payment-16", Map.of("order", 16, "amount", 5)))
                .isTrue();
        assertThat(capo.publish("orders.paid", "payment-17", Map.of("order", 17, "amount", 9)))
                .isTrue();
        assertThat(capo.publish("orders.paid", "payment-17", Map.of("order", 17, "amount", 99)))
                .isFalse();
        run.signal("go", null);
        assertThat(run.await(SOON).asInt()).isEqualTo(9);
    }

    @Test
    void what_is_larger_than_a_value_may_be_is_refused_with_what_to_do_instead() throws Exception {
        String most = "x".repeat(8 * 1024 * 1024 - 2);
        String tooMuch = most + "x";
        WorkflowRef waits = capo.register(Workflow.named("waits")
                .agent("e", role -> role.type("echo"))
                .task("go", task -> task.waitFor("go"))
                .task("measure", task -> task.agent("e").dependsOn("go").input("${size(tasks.go.output)}"))
                .output("${tasks.measure.output.input}")
                .build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> capo.publish("any", "too-much", tooMuch))
                .withMessage("the payload of the event \"too-much\" is larger than 8 MiB as JSON;"
                        + " hand on a reference to where it is kept instead");
        assertThat(capo.publish("any", "too-much", most))
                .as("none was published")
                .isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> capo.execute(waits, tooMuch))
                .withMessageStartingWith("the input is larger than 8 MiB");
        Execution run = capo.execute(waits, null);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run.signal("go", tooMuch))
                .withMessageStartingWith("the payload of the signal \"go\" is larger than 8 MiB");
        run.signal("go", most);
        assertThat(run.await(SOON).asInt()).isEqualTo(most.length());
    }

    private static Definition one(String name, String type) {
        return Workflow.named(name)
                .agent("worker", role -> role.type(type))
                .task("work", task -> task.agent("worker").input("${input}"))
                .build();
    }
}
