package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.model.execution.TaskStatus;
import dev.capocomico.model.execution.TaskView;
import dev.capocomico.persistence.embedded.Durability;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The documents in {@code examples/}, each run to its end with the agents that it names. */
@Timeout(120)
class ExamplesTest {
    private static final Path EXAMPLES = Path.of("../examples");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    private static Capocomico capo;

    @BeforeAll
    static void start() throws InterruptedException {
        capo = new CapocomicoBuilder()
                .embeddedDatabase(EmbeddedPostgresSettings.in(directory).withDurability(Durability.FAST_FOR_TESTS))
                .simulateOtherAgents()
                .start();
    }

    @AfterAll
    static void stop() {
        capo.close();
    }

    private static Execution run(String example, Object input) throws Exception {
        return capo.execute(capo.register(EXAMPLES.resolve(example)), input);
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }

    private static List<TaskStatus> statuses(Execution execution) throws InterruptedException {
        return execution.view().tasks().stream().map(TaskView::status).toList();
    }

    @Test
    void multi_agent_research() throws Exception {
        JsonNode output = run("multi-agent-research.yaml", Map.of()).await(PATIENCE);
        assertThat(output.path("synthesize").path("action").asText()).isEqualTo("synthesize");
    }

    @Test
    void etl() throws Exception {
        Execution etl = run("etl.yaml", Map.of("day", "2026-01-31", "sources", List.of("shop", "web", "till", "fax")));
        assertThat(etl.await(PATIENCE)).isEqualTo(json("{\"loaded\": 3400, \"rejected\": 12}"));
        assertThat(etl.view().tasks().getFirst().elements()).isEqualTo(new TaskView.ElementCounts(4, 4, 0, 0, 0));
    }

    @Test
    void order_saga() throws Exception {
        Execution order = run("order-saga.yaml", Map.of("order_id", "17", "sku", "x", "qty", 2));
        ExecutionFailed failed = catchThrowableOfType(ExecutionFailed.class, () -> order.await(PATIENCE));
        assertThat(failed.task()).isEqualTo("ship");
        assertThat(statuses(order)).containsExactly(TaskStatus.COMPENSATED, TaskStatus.COMPENSATED, TaskStatus.FAILED);
    }

    @Test
    void monte_carlo() throws Exception {
        assertThat(run("monte-carlo.yaml", Map.of()).await(PATIENCE).asDouble()).isEqualTo(3.14);
    }

    @Test
    void service_call() throws Exception {
        Execution call = run("service-call.yaml", Map.of("sku", "x"));
        double price = call.await(PATIENCE).path("price").asDouble();
        boolean served = statuses(call).getFirst() == TaskStatus.COMPLETED;
        assertThat(price).isEqualTo(served ? 12.5 : 12.1);
        assertThat(statuses(call).getLast()).isEqualTo(served ? TaskStatus.SKIPPED : TaskStatus.COMPLETED);
    }

    /** An example that nobody runs may be wrong. */
    @Test
    void every_example_is_run_here() throws IOException {
        try (var files = Files.list(EXAMPLES)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".yaml")))
                    .containsExactlyInAnyOrder(
                            "multi-agent-research.yaml",
                            "etl.yaml",
                            "order-saga.yaml",
                            "monte-carlo.yaml",
                            "service-call.yaml",
                            "human-approval.yaml",
                            "nightly-batch.yaml");
        }
    }
}
