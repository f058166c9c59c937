package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.language.Reading;
import dev.capocomico.language.Source;
import dev.capocomico.language.WorkflowReader;
import dev.capocomico.model.execution.TaskStatus;
import dev.capocomico.model.execution.TaskView;
import dev.capocomico.model.plan.Plan;
import dev.capocomico.patterns.BuiltInPatterns;
import dev.capocomico.persistence.embedded.Durability;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every document in {@code examples/}, run to its end with the input of the command that stands at its head. What is to become of it
 * stands in {@link #ENDINGS}; a document without an ending there fails the build.
 */
@Timeout(120)
class ExamplesTest {
    private static final Path EXAMPLES =
            Path.of(System.getProperty("capocomico.root")).resolve("examples");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What an example comes to once it has begun. */
    private interface Story {
        void goesOn(Execution execution) throws Exception;
    }

    private static final Map<String, Story> ENDINGS = Map.of(
            "etl.yaml", ExamplesTest::etl,
            "human-approval.yaml", ExamplesTest::humanApproval,
            "monte-carlo.yaml", ExamplesTest::monteCarlo,
            "multi-agent-research.yaml", ExamplesTest::multiAgentResearch,
            "nightly-batch.yaml", ExamplesTest::nightlyBatch,
            "order-saga.yaml", ExamplesTest::orderSaga,
            "service-call.yaml", ExamplesTest::serviceCall);

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

    static List<String> examples() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void each_example_runs_by_the_command_at_its_head_and_ends_as_is_said_here(String example) throws Exception {
        Story story = ENDINGS.get(example);
        assertThat(story)
                .as("what becomes of examples/%s; say it in this test", example)
                .isNotNull();
        List<Command> commands = Command.at(EXAMPLES.resolve(example));
        assertThat(commands).as("commands at the head of %s", example).isNotEmpty();
        assertThat(commands.getLast().example()).isEqualTo(example);
        for (Command before : commands.subList(0, commands.size() - 1)) {
            before.run().await(PATIENCE);
        }
        story.goesOn(commands.getLast().run());
    }

    @Test
    void no_ending_is_without_its_example() throws IOException {
        assertThat(ENDINGS.keySet()).isSubsetOf(examples());
    }

    @Test
    void a_draft_that_is_not_approved_is_not_published() throws Exception {
        Execution refused =
                Command.at(EXAMPLES.resolve("human-approval.yaml")).getLast().run();
        refused.signal("approval", Map.of("approved", false));
        assertThat(refused.await(PATIENCE)).isEqualTo(json("{'approved': false, 'url': ''}"));
        assertThat(statuses(refused))
                .containsExactly(TaskStatus.COMPLETED, TaskStatus.COMPLETED, TaskStatus.SKIPPED, TaskStatus.SKIPPED);
    }

    /** The service of the example fails at random; here it always does, in each way in which it can. */
    @ParameterizedTest
    @CsvSource({"fail_always: true, FAILED", "latency: 1h, TIMEOUT"})
    void the_fallback_answers_however_the_service_fails(String setting, TaskStatus status) throws Exception {
        String text = Files.readString(EXAMPLES.resolve("service-call.yaml"))
                .replace("latency: 200ms, latency_jitter: 300ms, fail_rate: 0.3", setting)
                .replace("timeout: 2s", "timeout: 100ms")
                .replace("max_delay: 2s", "max_delay: 100ms")
                .replace("timeout_seconds: 30", "timeout_seconds: 1");
        Execution call =
                capo.execute(capo.keep(status + ".yaml", Command.plan("away.yaml", text)), json("{'sku': 'x'}"));
        assertThat(call.await(PATIENCE)).isEqualTo(json("{'price': 12.1, 'stale': true}"));
        assertThat(statuses(call)).containsExactly(status, TaskStatus.COMPLETED);
    }

    // --- What becomes of each

    private static void etl(Execution etl) throws Exception {
        assertThat(etl.await(PATIENCE)).isEqualTo(json("{'loaded': 3400, 'rejected': 12}"));
        assertThat(etl.view().tasks().getFirst().elements()).isEqualTo(new TaskView.ElementCounts(4, 4, 0, 0, 0));
    }

    private static void humanApproval(Execution draft) throws Exception {
        draft.signal("approval", Map.of("approved", true, "by", "ann"));
        capo.publish("embargo.lifted", "of-another", Map.of("topic", "ballet", "at", "2026-01-30"));
        capo.publish("embargo.lifted", "of-this", Map.of("topic", "opera", "at", "2026-01-31"));
        assertThat(draft.await(PATIENCE)).isEqualTo(json("{'approved': true, 'url': 'https://example.org/1'}"));
        assertThat(statuses(draft)).hasSize(4).containsOnly(TaskStatus.COMPLETED);
    }

    private static void monteCarlo(Execution estimate) throws Exception {
        assertThat(estimate.await(PATIENCE).asDouble()).isEqualTo(3.14);
        assertThat(estimate.view().tasks().get(1).elements()).isEqualTo(new TaskView.ElementCounts(25, 25, 0, 0, 0));
    }

    private static void multiAgentResearch(Execution research) throws Exception {
        assertThat(research.await(PATIENCE).at("/synthesize/action").asText()).isEqualTo("synthesize");
        assertThat(research.view().tasks().get(1).elements()).isEqualTo(new TaskView.ElementCounts(3, 3, 0, 0, 0));
    }

    private static void nightlyBatch(Execution night) throws Exception {
        JsonNode summary = night.await(PATIENCE).at("/summary/input");
        assertThat(summary).isEqualTo(json("{'day': '2026-01-31', 'regions': 5, 'failed': 0}"));
        assertThat(capo.execution(night.id() + ":load_region:0:1:0")
                        .view()
                        .tasks()
                        .getFirst()
                        .elements())
                .as("the two sources of the first region")
                .isEqualTo(new TaskView.ElementCounts(2, 2, 0, 0, 0));
    }

    private static void orderSaga(Execution order) throws Exception {
        ExecutionFailed failed = catchThrowableOfType(ExecutionFailed.class, () -> order.await(PATIENCE));
        assertThat(failed.task()).isEqualTo("ship");
        assertThat(statuses(order)).containsExactly(TaskStatus.COMPENSATED, TaskStatus.COMPENSATED, TaskStatus.FAILED);
    }

    /** The service fails at random; whether it or the cache answered, the rest must be as it is then. */
    private static void serviceCall(Execution call) throws Exception {
        double price = call.await(PATIENCE).path("price").asDouble();
        boolean served = statuses(call).getFirst() == TaskStatus.COMPLETED;
        assertThat(price).isEqualTo(served ? 12.5 : 12.1);
        assertThat(statuses(call).getLast()).isEqualTo(served ? TaskStatus.SKIPPED : TaskStatus.COMPLETED);
    }

    private static JsonNode json(String text) throws IOException {
        return JSON.readTree(text.replace('\'', '"'));
    }

    private static List<TaskStatus> statuses(Execution execution) throws InterruptedException {
        return execution.view().tasks().stream().map(TaskView::status).toList();
    }

    /** A line of the comment at the head of an example: {@code capo run examples/FILE [--simulate] [--input 'JSON']}. */
    private record Command(String example, boolean simulated, String input) {
        private static final Pattern LINE = Pattern.compile(
                "#   capo run examples/(?<example>\\S+)(?<simulate> --simulate)?( --input '(?<input>.*)')?");

        static List<Command> at(Path example) throws IOException {
            return Files.readAllLines(example).stream()
                    .takeWhile(line -> line.startsWith("#"))
                    .map(LINE::matcher)
                    .filter(Matcher::matches)
                    .map(line -> new Command(
                            line.group("example"),
                            line.group("simulate") != null,
                            line.group("input") == null ? "{}" : line.group("input")))
                    .toList();
        }

        Execution run() throws Exception {
            Path file = EXAMPLES.resolve(example);
            Plan plan = plan(file.toString(), Files.readString(file));
            assertThat(plan.definition().agents().values())
                    .as("agents of %s, which without --simulate should be there", example)
                    .matches(roles -> simulated
                            || roles.stream().allMatch(role -> role.type().equals("simulated")));
            return capo.execute(capo.keep(example, plan), JSON.readTree(input));
        }

        static Plan plan(String name, String text) {
            WorkflowReader reader = new WorkflowReader(new BuiltInPatterns());
            return switch (reader.read(Source.of(name, text))) {
                case Reading.Valid valid -> valid.plan();
                case Reading.Invalid invalid -> throw new AssertionError(invalid.problems());
            };
        }
    }
}
