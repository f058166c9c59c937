package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.cli.Stage.Ended;
import dev.capocomico.persistence.embedded.Durability;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs on a real database, kept from test to test as a user's is. */
@Timeout(120)
class RunCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String ORDER = """
            workflow:
              name: order
              version: "1"
              input_schema: {type: object, required: [qty, sku], properties: {qty: {type: integer}, sku: {type: string}}}
              agents:
                good: {type: simulated, settings: {output: {ref: R-1}}}
                shaky: {type: simulated, settings: {fail_first: 1, output: {paid: true}}}
                bad: {type: simulated, settings: {fail_always: true}}
              tasks:
                - {id: reserve, agent: good, compensate: {agent: good, action: release}}
                - {id: charge, agent: shaky, depends_on: [reserve], retry_policy: {strategy: fixed, max_retries: 2, initial_delay: 10ms}}
                - {id: ship, agent: AGENT, depends_on: [charge]}
              output: {paid: "${tasks.charge.output.paid}", qty: "${input.qty}"}
              fault_tolerance: {saga_pattern: {compensation_enabled: true, rollback_on_failure: true}}
            """;

    private static final String INPUT = "{\"qty\": 2, \"sku\": \"x\"}";

    @TempDir
    static Path directory;

    private final Stage stage = new Stage(directory);

    @BeforeEach
    void documents() throws IOException {
        stage.file("order.yaml", ORDER.replace("AGENT", "good"));
        stage.file("broken-order.yaml", ORDER.replace("AGENT", "bad"));
    }

    private Ended capo(String... args) {
        return stage.run(args);
    }

    private static JsonNode json(String text) throws IOException {
        return JSON.readTree(text);
    }

    @Test
    void the_output_is_json_on_stdout_and_progress_goes_to_stderr() throws IOException {
        Ended ended = capo("run", "order.yaml", "--input", INPUT, "--id", "fine");
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(json(ended.out())).isEqualTo(json("{\"paid\": true, \"qty\": 2}"));
        assertThat(ended.err())
                .contains(
                        "reserve: completed",
                        "charge: attempt 1 failed, again in",
                        "charge: attempt 2 started",
                        "execution completed in")
                .doesNotContain("WARN", "SLF4J", "Exception");

        Ended again = capo("run", "order.yaml", "--input", INPUT, "--id", "fine");
        assertThat(again.out()).as("the same id again is the same execution").isEqualTo(ended.out());

        Ended other = capo("run", "order.yaml", "--input", "{\"qty\": 3, \"sku\": \"x\"}", "--id", "fine");
        assertThat(other.code()).isEqualTo(ExitCode.CONFLICT);
        assertThat(other.out()).isEmpty();
        assertThat(other.err()).contains("capo: ").doesNotContain("Exception");
    }

    @Test
    void a_failed_execution_says_why_and_what_was_undone_and_can_be_looked_at_later() throws IOException {
        Ended ended = capo("run", "broken-order.yaml", "--input", INPUT, "--id", "sad");
        assertThat(ended.code()).isEqualTo(ExitCode.FAILED);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).contains("""
                capo: execution "sad" failed: task "ship": it was told to fail always (SIMULATED_FAILURE)
                      undone: reserve
                      capo history sad tells all of it
                """);

        Ended shown = capo("show", "sad");
        assertThat(shown.code()).isZero();
        assertThat(shown.out())
                .contains("order 1  sad", "failed", "✗ ship", "↺ reserve", "undone with release")
                .contains("why: ship: it was told to fail always (SIMULATED_FAILURE)");

        JsonNode show = json(capo("show", "sad", "-o", "json").out());
        assertThat(show.path("status").asText()).isEqualTo("failed");
        assertThat(show.path("error_details").path("task_id").asText()).isEqualTo("ship");
        assertThat(show.path("tasks").findValuesAsText("status")).containsExactly("compensated", "completed", "failed");
        assertThat(show.path("tasks").get(1).path("attempts").asInt()).isEqualTo(2);

        JsonNode history = json(capo("history", "sad", "-o", "json").out()).path("history");
        assertThat(history.findValuesAsText("event"))
                .startsWith("execution_started", "attempt_started", "task_completed")
                .contains("attempt_failed", "task_failed", "undo_started", "undone")
                .endsWith("execution_failed");
        assertThat(history.findValuesAsText("seq"))
                .isSortedAccordingTo((a, b) -> Integer.compare(Integer.parseInt(a), Integer.parseInt(b)));
        Ended told = capo("history", "sad");
        assertThat(told.out().lines()).hasSameSizeAs(history).last().asString().contains("execution failed in");
    }

    @Test
    void a_file_that_changed_under_the_same_version_runs_as_it_is_now() throws IOException {
        assertThat(capo("run", "order.yaml", "--input", INPUT).code()).isZero();
        stage.file("order.yaml", ORDER.replace("AGENT", "good").replace("qty: \"${input.qty}\"", "now: 2"));
        assertThat(json(capo("run", "order.yaml", "--input", INPUT).out()))
                .isEqualTo(json("{\"paid\": true, \"now\": 2}"));
    }

    @Test
    void what_is_not_there_is_not_found() {
        assertThat(capo("show", "nobody", "--data", "nowhere"))
                .isEqualTo(
                        new Ended(
                                3,
                                "",
                                "capo: there are no executions in nowhere; --data names another directory, --server a server\n"));
        assertThat(directory.resolve("nowhere")).doesNotExist();
        assertThat(capo("run", "order.yaml", "--input", INPUT).code()).isZero();
        for (String command : new String[] {"show", "history"}) {
            Ended ended = capo(command, "nobody");
            assertThat(ended.code()).isEqualTo(ExitCode.NOT_FOUND);
            assertThat(ended.err()).contains("capo: there is no execution \"nobody\" in .capo");
        }
        Ended resumed = capo("run", "--resume", "nobody");
        assertThat(resumed.code()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(resumed.err()).contains("there is no execution \"nobody\"");
    }

    @Test
    void what_nobody_serves_is_said_at_once() throws IOException {
        stage.file("future.yaml", """
                workflow:
                  name: future
                  version: "1"
                  agents: {later: {type: research_agent}}
                  tasks: [{id: search, agent: later, when: "${input.now}"}]
                """);
        Ended ended = capo("run", "future.yaml", "--input", "{\"now\": false}");
        assertThat(ended.code()).isZero();
        assertThat(ended.err()).contains("nobody serves agents of type \"research_agent\"", "--simulate");
        Ended simulated = capo("run", "future.yaml", "--input", "{\"now\": true}", "--simulate");
        assertThat(simulated.code()).isZero();
        assertThat(simulated.err()).contains("search: completed").doesNotContain("nobody serves");
    }

    @Test
    void a_directory_that_another_program_holds_is_named_with_its_holder_and_can_still_be_read() {
        assertThat(capo("run", "order.yaml", "--input", INPUT, "--id", "held").code())
                .isZero();
        EmbeddedPostgresSettings settings = EmbeddedPostgresSettings.in(directory.resolve(".capo"));
        try (EmbeddedPostgres holder =
                EmbeddedPostgres.start(settings.withDurability(Durability.FAST_FOR_TESTS), Progress.silent())) {
            assertThat(holder.isRunning()).isTrue();
            Ended ended = capo("run", "order.yaml", "--input", INPUT);
            assertThat(ended.code()).isEqualTo(ExitCode.CONFLICT);
            assertThat(ended.err()).contains("capo: The data directory", "is in use by", "pid");
            assertThat(capo("show", "held").code()).isZero();
            assertThat(holder.isRunning()).isTrue();
        }
    }

    @Test
    void an_interrupted_run_prints_the_command_that_goes_on_and_that_command_goes_on() throws Exception {
        stage.file("slow.yaml", """
                workflow:
                  name: slow
                  version: "1"
                  agents:
                    quick: {type: simulated, settings: {output: 1}}
                    slow: {type: simulated, settings: {latency: 3s, output: 2}}
                  tasks: [{id: a, agent: quick}, {id: b, agent: slow, depends_on: [a]}]
                """);
        CompletableFuture<Ended> ended = new CompletableFuture<>();
        Thread runner = new Thread(() -> ended.complete(capo("run", "slow.yaml", "--id", "slow-1", "--simulate")));
        runner.start();
        Await.until(
                "task b has begun",
                () -> Files.exists(directory.resolve(".capo/postgresql/data/postmaster.pid"))
                        && capo("history", "slow-1").out().contains("b: attempt 1 started"));
        runner.interrupt();
        assertThat(ended.get().code()).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(ended.get().err())
                .endsWith("Stopped; nothing is lost. To go on:\n  capo run --resume slow-1 --simulate\n");
        assertThat(capo("show", "slow-1").out()).contains("No program carries it on now");

        Ended resumed = capo("run", "--resume", "slow-1");
        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(resumed.err()).contains("a: completed").containsOnlyOnce("a: attempt 1 started");
        assertThat(json(resumed.out())).isEqualTo(json("{\"b\": 2}"));
    }

    @Test
    void on_a_terminal_the_tasks_are_drawn_in_place_and_the_last_frame_stays() throws IOException {
        Ended ended = stage.drawn().run("run", "order.yaml", "--input", INPUT, "--id", "drawn");
        assertThat(ended.code()).as(ended.err()).isZero();
        String lastFrame = ended.err().substring(ended.err().lastIndexOf("\u001b[?25l"));
        assertThat(lastFrame.replaceAll("\u001b\\[[?0-9;]*[a-zA-Z]|\r", "").lines())
                .hasSize(4)
                .anyMatch(line -> line.startsWith("order 1  drawn") && line.contains("completed"))
                .anyMatch(line -> line.startsWith("  ✓ charge   completed    after 2 attempts"))
                .allMatch(line -> line.length() < 80);
        assertThat(lastFrame).as("the cursor is back").endsWith("\u001b[?25h");
        assertThat(json(ended.out()).path("paid").asBoolean()).isTrue();
    }

    @Test
    void a_wait_that_times_out_under_its_question_is_shown_with_how_it_ended() throws IOException {
        stage.file("late.yaml", """
                workflow:
                  name: late
                  version: "1"
                  tasks: [{id: approve, wait_for: {signal: go, timeout: 1s}}]
                """);
        Ended ended = stage.silent().run("run", "late.yaml", "--id", "late-1");
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.FAILED);
        String question = "Payload as JSON, or nothing for null: ";
        assertThat(ended.err().substring(ended.err().indexOf(question)).replaceAll("\u001b\\[[?0-9;]*[a-zA-Z]|\r", ""))
                .contains("capo: the signal \"go\" is not awaited any more\nlate 1  late-1", " failed ", "✗ approve");
    }

    @Test
    void a_cancelled_execution_is_shown_with_who_did_it_and_why() throws Exception {
        stage.file("long.yaml", """
                workflow:
                  name: long
                  version: "1"
                  tasks: [{id: rest, sleep: 1h}]
                """);
        try (ServerProcess server = ServerProcess.start(directory.resolve("."), "--data", "cancels")) {
            assertThat(server.said().path("data").asText()).isEqualTo("cancels");
            assertThat(capo("run", "long.yaml", "--id", "long-1", "--detach", "--data", "cancels")
                            .code())
                    .isZero();
            assertThat(capo("cancel", "long-1", "--reason", "no budget", "--data", "cancels")
                            .code())
                    .isZero();
            Await.until(
                    "it has ended",
                    () -> capo("show", "long-1", "--data", "cancels").out().contains("why: "));
            assertThat(capo("show", "long-1", "--data", "cancels").out())
                    .contains("why: no budget, by developer (CANCELLED)");
            assertThat(capo("list", "--status", "failed", "--data", "cancels").err())
                    .isEqualTo("capo: no execution matches\n");
        }
    }

    @Test
    void a_person_is_asked_for_a_signal_until_the_answer_is_json() throws IOException {
        stage.file("approval.yaml", """
                workflow:
                  name: approval
                  version: "1"
                  tasks: [{id: approve, wait_for: {signal: go}}]
                  output: "${tasks.approve.output.by}"
                """);
        Ended ended =
                stage.answering("{by: ann}\n{\"by\": \"ann\"}\n").run("run", "approval.yaml", "--id", "approval-1");
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.out()).isEqualTo("\"ann\"\n");
        assertThat(ended.err()).contains("approve waits for the signal \"go\".", "capo: that is no JSON: ");
    }
}
