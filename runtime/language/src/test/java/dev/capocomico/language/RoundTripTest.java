package dev.capocomico.language;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.definition.Budget;
import dev.capocomico.model.definition.CoordinationType;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.DefinitionTree;
import dev.capocomico.model.definition.EventWait;
import dev.capocomico.model.definition.OnFailure;
import dev.capocomico.model.definition.Priority;
import dev.capocomico.model.definition.Saga;
import dev.capocomico.model.definition.SagaStrategy;
import dev.capocomico.model.definition.Selection;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.plan.Plan;
import dev.capocomico.model.retry.RetryPolicy;
import dev.capocomico.model.retry.RetryStrategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** YAML, JSON and the builder are three ways to write one model. */
class RoundTripTest {
    private static final Path EXAMPLES = Path.of(System.getProperty("capocomico.root"), "examples");
    private static final WorkflowReader READER = new WorkflowReader(new SamplePatterns());

    private static final Definition RESEARCH = Workflow.named("multi_agent_research")
            .version("1.0")
            .pattern("supervisor")
            .agent("supervisor", role -> role.type("supervisor_agent")
                    .capabilities("task_decomposition", "quality_assessment")
                    .resources("2 cores", "4GB"))
            .agent("researchers", role -> role.type("research_agent")
                    .count(3)
                    .capabilities("web_search", "data_collection")
                    .resources("1 core", "2GB"))
            .task("decompose", task -> task.agent("supervisor")
                    .timeout(Duration.ofSeconds(300))
                    .retry("exponential_backoff"))
            .task("research", task -> task.agent("researchers")
                    .dependsOn("decompose")
                    .parallel()
                    .timeout(Duration.ofMinutes(30)))
            .task(
                    "synthesize",
                    task -> task.agent("supervisor").dependsOn("research").timeout(Duration.ofMinutes(10)))
            .events(CoordinationType.HYBRID, List.of("agent_status", "data_updates"))
            .graphBased(List.of("task_flow", "dependencies"))
            .circuitBreaker(3, Duration.ofSeconds(30))
            .saga(SagaStrategy.BACKWARD)
            .build();

    /** Every construct of the language at least once. */
    private static final Definition EVERYTHING = Workflow.named("everything")
            .version("2.1-rc.1")
            .description("All of it: \"quotes\", ünïcödé, # no comment\nand a second line")
            .inputSchema(Map.of("type", "object", "required", List.of("n")))
            .output(Map.of("sum", "${tasks.each.output}", "n", 12345678901L, "half", 0.5, "none", List.of()))
            .timeout(Duration.ofDays(7))
            .priority(Priority.HIGH)
            .agent("a", role -> role.type("simulated")
                    .selection(Selection.STICKY)
                    .settings(Map.of("latency", "1s", "output", Map.of("x", 1))))
            .agent("b.c-d", role -> role.type("pool"))
            .task("first-task", task -> task.agent("a")
                    .action("do: it")
                    .input(Map.of("n", "${input.n}", "text", "yes", "flag", true, "nothing", "null"))
                    .estimate(Duration.ofMillis(1500))
                    .heartbeat(Duration.ofSeconds(30))
                    .outputSchema(Map.of("type", "object"))
                    .priority(Priority.BACKGROUND)
                    .onFailure(OnFailure.COMPENSATE)
                    .compensate("b.c-d", "undo", Map.of("x", "${output.x}")))
            .task("each", task -> task.agent("b.c-d")
                    .dependsOn("first-task")
                    .when("${tasks[\"first-task\"].output.x > 0}")
                    .forEach("${tasks[\"first-task\"].output.list}", 10)
                    .input("${item}")
                    .retry(new RetryPolicy(
                            RetryStrategy.FIBONACCI,
                            7,
                            Duration.ofMillis(250),
                            Duration.ofMinutes(2),
                            1.5,
                            0.25,
                            List.of("BUSY"),
                            List.of("WRONG"))))
            .task("literal", task -> task.agent("a").forEach(List.of(1, "two", Map.of("three", 3))))
            .task("again", task -> task.agent("a")
                    .input("${output}")
                    .repeat("${output.score >= 0.8}", 5, Duration.ofSeconds(1)))
            .task(
                    "child",
                    task -> task.child("billing", "2").input(Map.of("n", 1)).onFailure(OnFailure.CONTINUE))
            .task("newest", task -> task.child("billing").retry("none"))
            .task("asked", task -> task.waitFor("approval", Duration.ofDays(2)))
            .task("told", task -> task.agent("a")
                    .dependsOn("asked")
                    .onEvent(new EventWait("orders.paid", "${event.id == input.n}", Duration.ofHours(1))))
            .task("pause", task -> task.sleep(Duration.ofMinutes(10)).dependsOn("told", "newest"))
            .events(CoordinationType.EVENT_DRIVEN, List.of("orders.paid"))
            .circuitBreaker(10, Duration.ofMillis(1500))
            .saga(new Saga(true, false, SagaStrategy.PARALLEL))
            .budget(new Budget(200L, 500_000L, new BigDecimal("5.00"), 5))
            .build();

    @Test
    void the_research_workflow_is_the_same_in_yaml_and_in_java() throws IOException {
        assertThat(read(EXAMPLES.resolve("multi-agent-research.yaml"))).isEqualTo(RESEARCH);
    }

    static Stream<Definition> definitions() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            List<Definition> examples = files.filter(file -> file.toString().endsWith(".yaml"))
                    .map(RoundTripTest::read)
                    .toList();
            return Stream.concat(Stream.of(RESEARCH, EVERYTHING), examples.stream());
        }
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void what_is_printed_as_yaml_reads_back_equal(Definition definition) {
        String yaml = WorkflowPrinter.yaml(definition);

        assertThat(valid("printed.yaml", yaml)).as(yaml).isEqualTo(definition);
        assertThat(WorkflowPrinter.yaml(valid("printed.yaml", yaml))).isEqualTo(yaml);
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void what_is_written_as_json_reads_back_equal_with_and_without_the_root_key(Definition definition) {
        String json = DefinitionTree.of(definition).toString();
        String withoutRoot = DefinitionTree.of(definition).get("workflow").toString();

        assertThat(valid("request.json", json)).isEqualTo(definition);
        assertThat(valid("<request>", withoutRoot)).isEqualTo(definition);
        assertThat(Plan.of(valid("<request>", json)).digest())
                .isEqualTo(Plan.of(definition).digest());
    }

    private static Definition read(Path file) {
        try {
            return valid(file.getFileName().toString(), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Definition valid(String name, String text) {
        return switch (READER.read(Source.of(name, text))) {
            case Reading.Valid valid -> valid.definition();
            case Reading.Invalid invalid -> throw new AssertionError(name + " is invalid: " + invalid.problems());
        };
    }
}
