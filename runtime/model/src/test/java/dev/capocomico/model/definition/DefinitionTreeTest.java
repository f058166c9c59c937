package dev.capocomico.model.definition;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.model.retry.RetryPolicy;
import dev.capocomico.model.retry.RetryStrategy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DefinitionTreeTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void what_is_a_default_is_left_out() {
        Definition definition = Workflow.named("small")
                .agent("worker", role -> role.type("simulated"))
                .task("only", task -> task.agent("worker"))
                .build();

        assertThat(text(definition)).isEqualTo(text("""
                {"workflow": {"name": "small", "version": "1", "agents": {"worker": {"type": "simulated"}},
                  "tasks": [{"id": "only", "agent": "worker"}]}}"""));
    }

    @Test
    void defaults_said_aloud_make_the_same_tree() {
        Definition quiet = Workflow.named("same")
                .agent("worker", role -> role.type("simulated"))
                .task("only", task -> task.agent("worker"))
                .build();
        Definition aloud = Workflow.named("same")
                .version("1")
                .pattern("graph", Map.of())
                .priority(Priority.NORMAL)
                .agent("worker", role -> role.type("simulated")
                        .count(1)
                        .capabilities()
                        .selection(Selection.LEAST_LOADED)
                        .settings(Map.of()))
                .task("only", task -> task.agent("worker").dependsOn())
                .events(CoordinationType.GRAPH, List.of())
                .budget(new Budget(null, null, null, null))
                .build();

        assertThat(aloud).isEqualTo(quiet);
        assertThat(text(aloud)).isEqualTo(text(quiet));
    }

    @Test
    void a_workflow_that_says_everything_has_all_keys_in_the_documented_order() {
        assertThat(text(Everything.DEFINITION)).isEqualTo(text(Everything.TREE));
    }

    @Test
    void a_pattern_is_named_when_it_is_not_plain_graph() {
        assertThat(workflow(Workflow.named("p").pattern("graph", Map.of("fair", true)))
                        .toString())
                .contains("\"orchestration_pattern\":\"graph\",\"pattern\":{\"fair\":true}");
        assertThat(workflow(Workflow.named("p").pattern("swarm")).toString())
                .contains("\"orchestration_pattern\":\"swarm\"")
                .doesNotContain("\"pattern\"");
        assertThat(workflow(Workflow.named("p")).has("orchestration_pattern")).isFalse();
    }

    @Test
    void coordination_by_the_graph_with_something_recorded_is_written() {
        Definition plain = Workflow.named("c").build();
        Definition recorded = new Definition(
                plain.name(),
                plain.version(),
                null,
                plain.pattern(),
                null,
                null,
                null,
                plain.priority(),
                plain.agents(),
                plain.tasks(),
                new Coordination(CoordinationType.GRAPH, List.of(), List.of("task_flow")),
                plain.faultTolerance(),
                plain.budget());

        assertThat(text(recorded)).contains("\"coordination\":{\"type\":\"graph\",\"graph_based\":[\"task_flow\"]}");
    }

    @Test
    void a_breaker_says_its_seconds_whole_or_with_decimals() {
        assertThat(workflow(Workflow.named("b").circuitBreaker(3, Duration.ofMinutes(20)))
                        .at("/fault_tolerance/circuit_breaker/timeout_seconds")
                        .toString())
                .isEqualTo("1200");
        assertThat(workflow(Workflow.named("b").circuitBreaker(3, Duration.ofMillis(2_500)))
                        .at("/fault_tolerance/circuit_breaker/timeout_seconds")
                        .toString())
                .isEqualTo("2.5");
    }

    @Test
    void money_is_written_as_people_do() {
        assertThat(cost("5.00")).isEqualTo("5");
        assertThat(cost("0.00")).isEqualTo("0");
        assertThat(cost("1200")).isEqualTo("1200");
        assertThat(cost("0.05")).isEqualTo("0.05");
    }

    @Test
    void an_absurd_amount_of_money_takes_no_absurd_room() {
        assertThat(cost("1E+999999999")).isEqualTo("1E+999999999");
    }

    private static String cost(String amount) {
        return workflow(Workflow.named("b").budget(new Budget(null, null, new BigDecimal(amount), null)))
                .at("/budget/max_cost")
                .toString();
    }

    private static JsonNode workflow(Workflow workflow) {
        return DefinitionTree.of(workflow.build()).path("workflow");
    }

    /** Text, because trees are equal whatever the order of their keys. */
    private static String text(Definition definition) {
        return DefinitionTree.of(definition).toString();
    }

    private static String text(String json) {
        try {
            return JSON.readTree(json).toString();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    private static final class Everything {
        static final Definition DEFINITION = new Definition(
                "everything",
                "2.1",
                "says all there is to say",
                new PatternUse("supervisor", JSON.createObjectNode().put("max_task_retries", 2)),
                JSON.createObjectNode().put("type", "object"),
                JSON.getNodeFactory().textNode("${tasks.last.output}"),
                Duration.ofDays(7),
                Priority.HIGH,
                Workflow.named("roles")
                        .agent("workers", role -> role.type("research_agent")
                                .count(3)
                                .capabilities("web_search", "pdf")
                                .resources("1 core", "2GB")
                                .selection(Selection.STICKY)
                                .settings(Map.of("latency", "10ms")))
                        .build()
                        .agents(),
                tasks(),
                new Coordination(CoordinationType.HYBRID, List.of("orders"), List.of("task_flow", "dependencies")),
                new FaultTolerance(
                        new CircuitBreaker(3, Duration.ofSeconds(30)), new Saga(true, false, SagaStrategy.PARALLEL)),
                new Budget(200L, 500_000L, new BigDecimal("7.50"), 5));

        private static List<Task> tasks() {
            RetryPolicy inline = new RetryPolicy(
                    RetryStrategy.FIBONACCI,
                    4,
                    Duration.ofMillis(250),
                    Duration.ofMinutes(2),
                    1.5,
                    0.1,
                    List.of("BUSY"),
                    List.of("GONE"));
            return Workflow.named("tasks")
                    .task("gate", task -> task.waitFor("approval", Duration.ofDays(2)))
                    .task("open", task -> task.waitFor("open"))
                    .task("nap", task -> task.sleep(Duration.ofMinutes(90)))
                    .task("bill", task -> task.child("billing", "2").input(Map.of("sum", 3)))
                    .task("newest", task -> task.child("billing"))
                    .task("each", task -> task.agent("workers")
                            .action("search")
                            .dependsOn("gate", "nap")
                            .when("${input.depth > 1}")
                            .input(Map.of("topic", "${item}"))
                            .forEach("${input.topics}", 10)
                            .timeout(Duration.ofMinutes(30))
                            .estimate(Duration.ofMinutes(10))
                            .retry(inline)
                            .priority(Priority.NORMAL)
                            .onFailure(OnFailure.FAIL)
                            .compensate("workers", "discard", Map.of("id", "${output.id}"))
                            .outputSchema(Map.of("type", "object"))
                            .heartbeat(Duration.ofSeconds(30))
                            .repeat("${output.score >= 0.8}", 5, Duration.ZERO)
                            .onEvent(new EventWait("orders", "${event.ok}", Duration.ofHours(1))))
                    .task("all", task -> task.agent("workers")
                            .parallel(2)
                            .retry("aggressive")
                            .compensate("workers", "undo"))
                    .task("last", task -> task.agent("workers").parallel().onEvent(new EventWait("orders", null, null)))
                    .build()
                    .tasks();
        }

        static final String TREE = """
                {"workflow": {
                  "name": "everything",
                  "version": "2.1",
                  "description": "says all there is to say",
                  "orchestration_pattern": "supervisor",
                  "pattern": {"max_task_retries": 2},
                  "input_schema": {"type": "object"},
                  "output": "${tasks.last.output}",
                  "timeout": "7d",
                  "priority": "high",
                  "agents": {"workers": {
                    "type": "research_agent",
                    "count": 3,
                    "capabilities": ["web_search", "pdf"],
                    "resources": {"cpu": "1 core", "memory": "2GB"},
                    "selection": "sticky",
                    "settings": {"latency": "10ms"}
                  }},
                  "tasks": [
                    {"id": "gate", "wait_for": {"signal": "approval", "timeout": "2d"}},
                    {"id": "open", "wait_for": {"signal": "open"}},
                    {"id": "nap", "sleep": "90m"},
                    {"id": "bill", "workflow": {"name": "billing", "version": "2"}, "input": {"sum": 3}},
                    {"id": "newest", "workflow": {"name": "billing"}},
                    {
                      "id": "each",
                      "agent": "workers",
                      "action": "search",
                      "depends_on": ["gate", "nap"],
                      "when": "${input.depth > 1}",
                      "input": {"topic": "${item}"},
                      "for_each": "${input.topics}",
                      "max_parallel": 10,
                      "timeout": "30m",
                      "estimate": "10m",
                      "retry_policy": {
                        "strategy": "fibonacci",
                        "max_retries": 4,
                        "initial_delay": "250ms",
                        "max_delay": "2m",
                        "multiplier": 1.5,
                        "jitter": 0.1,
                        "retry_on": ["BUSY"],
                        "no_retry_on": ["GONE"]
                      },
                      "priority": "normal",
                      "on_failure": "fail",
                      "compensate": {"agent": "workers", "action": "discard", "input": {"id": "${output.id}"}},
                      "output_schema": {"type": "object"},
                      "heartbeat": "30s",
                      "repeat": {"until": "${output.score >= 0.8}", "max": 5, "delay": "0s"},
                      "on_event": {"topic": "orders", "match": "${event.ok}", "timeout": "1h"}
                    },
                    {
                      "id": "all",
                      "agent": "workers",
                      "parallel": true,
                      "max_parallel": 2,
                      "retry_policy": "aggressive",
                      "compensate": {"agent": "workers", "action": "undo"}
                    },
                    {"id": "last", "agent": "workers", "parallel": true, "on_event": {"topic": "orders"}}
                  ],
                  "coordination": {
                    "type": "hybrid",
                    "event_driven": ["orders"],
                    "graph_based": ["task_flow", "dependencies"]
                  },
                  "fault_tolerance": {
                    "circuit_breaker": {"failure_threshold": 3, "timeout_seconds": 30},
                    "saga_pattern": {
                      "compensation_enabled": true, "rollback_on_failure": false, "strategy": "parallel"
                    }
                  },
                  "budget": {"max_agent_calls": 200, "max_tokens": 500000, "max_cost": 7.5, "max_depth": 5}
                }}""";
    }
}
