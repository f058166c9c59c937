package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.cli.Stage.Ended;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a stranger types who was told of a server and its token, by CAPO_SERVER and CAPO_TOKEN. */
@Timeout(240)
@ExtendWith(SharedServer.Given.class)
class ServerCommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String APPROVAL = """
            workflow:
              name: approval
              version: "1"
              agents: {clerk: {type: simulated, settings: {output: {ref: R-1}}}}
              tasks:
                - {id: ask, wait_for: {signal: answer, timeout: 1h}, depends_on: [draft]}
                - {id: draft, agent: clerk}
              output: "${tasks.ask.output}"
            """;

    private static final String SAGA = """
            workflow:
              name: saga
              version: "1"
              agents:
                good: {type: simulated, settings: {output: 1}}
                bad: {type: simulated, settings: {fail_always: true}}
              tasks:
                - {id: reserve, agent: good, compensate: {agent: good, action: release}}
                - {id: ship, agent: bad, depends_on: [reserve], retry_policy: none}
              fault_tolerance: {saga_pattern: {compensation_enabled: true, rollback_on_failure: true}}
            """;

    @TempDir
    static Path directory;

    private static SharedServer server;
    private static Stage stage;

    @BeforeAll
    static void documents(SharedServer given) throws IOException {
        server = given;
        stage = server.stranger(directory).file("approval.yaml", APPROVAL).file("saga.yaml", SAGA);
        assertThat(stage.run("apply", "approval.yaml", "saga.yaml").out()).isEqualTo("""
                approval.yaml: created  approval 1
                saga.yaml: created  saga 1
                """);
    }

    private Ended capo(String... args) {
        return stage.run(args);
    }

    private Ended fine(String... args) {
        Ended ended = capo(args);
        assertThat(ended.code()).as(ended.err()).isZero();
        return ended;
    }

    private JsonNode json(String... args) throws IOException {
        return JSON.readTree(fine(args).out());
    }

    private void until(String id, String status) throws Exception {
        Await.until(
                id + " is " + status,
                () -> json("show", id, "-o", "json").path("status").asText().equals(status));
    }

    private void untilItWaits(String id) throws Exception {
        Await.until(id + " waits", () -> fine("show", id).out().contains("for signal \"answer\""));
    }

    @Test
    void an_execution_is_started_looked_at_paused_resumed_answered_and_watched_to_its_end() throws Exception {
        Ended started = fine("start", "approval", "--id", "a-1", "--input", "{\"n\": 1}");
        assertThat(started.out()).isEqualTo("a-1\n");
        assertThat(fine("start", "approval", "--id", "a-1", "--input", "{\"n\": 1}")
                        .out())
                .as("the same again is the same")
                .isEqualTo("a-1\n");
        untilItWaits("a-1");

        List<String> shown = fine("show", "a-1").out().lines().toList();
        assertThat(shown.get(0)).startsWith("approval 1  a-1").contains("executing");
        assertThat(shown.get(1)).as("tasks stand in the order of the plan").startsWith("  ✓ draft  completed");
        assertThat(shown.get(2)).startsWith("  ◔ ask    waiting      for signal \"answer\", 59m");

        assertThat(fine("pause", "a-1").out()).isEqualTo("a-1: paused\n");
        assertThat(json("pause", "a-1", "-o", "json").path("status").asText()).isEqualTo("paused");
        assertThat(fine("resume", "a-1").out()).isEqualTo("a-1: executing\n");
        assertThat(fine("signal", "a-1", "answer", "--payload", "{\"by\": \"ann\"}")
                        .out())
                .startsWith("a-1: has the signal \"answer\" (");

        Ended watched = fine("watch", "a-1");
        assertThat(JSON.readTree(watched.out()).path("by").asText()).isEqualTo("ann");
        assertThat(watched.err())
                .contains("execution started by developer", "draft: completed", "ask: completed", "execution completed")
                .doesNotContain("Exception");

        JsonNode show = json("show", "a-1", "-o", "json");
        assertThat(show.at("/output/by").asText()).isEqualTo("ann");
        assertThat(show.at("/workflow_id").asText())
                .as("as the HTTP API has it")
                .matches("[0-9a-f-]{36}");
        assertThat(show.at("/tasks/1/attempts").asInt()).isEqualTo(1);
        assertThat(show.at("/tasks/1/agent").asText()).isNotEmpty();
        assertThat(show.at("/tasks/0/ended_at").asText()).isNotEmpty();
        JsonNode history = json("history", "a-1", "-o", "json");
        assertThat(history.path("history").findValuesAsText("task_id")).contains("draft", "ask");
        assertThat(history.path("history").findValuesAsText("task")).isEmpty();
        assertThat(history.path("history").findValuesAsText("event"))
                .startsWith("execution_started", "attempt_started")
                .contains("execution_paused", "execution_resumed", "signal_received")
                .endsWith("execution_completed");
        assertThat(fine("history", "a-1").out()).contains("signal \"answer\" received by developer");
    }

    @Test
    void what_fails_is_told_with_what_was_undone_and_goes_on_with_retry() throws Exception {
        fine("start", "saga", "--id", "s-1");
        Ended watched = capo("watch", "s-1");
        assertThat(watched.code()).isEqualTo(ExitCode.FAILED);
        assertThat(watched.out()).isEmpty();
        assertThat(watched.err()).endsWith("""
                capo: execution "s-1" failed: task "ship": it was told to fail always (SIMULATED_FAILURE)
                      undone: reserve
                      capo history s-1 tells all of it
                """);
        assertThat(fine("show", "s-1").out())
                .contains("↺ reserve", "undone with release", "why: ship: it was told to fail always");
        assertThat(fine("retry", "s-1").out()).startsWith("s-1: goes on (");
        assertThat(capo("watch", "s-1").code()).isEqualTo(ExitCode.FAILED);
        assertThat(json("history", "s-1", "-o", "json").path("history").findValuesAsText("event"))
                .contains("execution_retried");
    }

    @Test
    void who_cancels_says_why_and_it_stands_in_the_history() throws Exception {
        fine("start", "approval", "--id", "c-1");
        untilItWaits("c-1");
        assertThat(fine("cancel", "c-1", "--reason", "the customer called").out())
                .startsWith("c-1: is ending (");
        until("c-1", "cancelled");
        assertThat(fine("history", "c-1").out()).contains("the customer called", "by developer");
        Ended late = capo("pause", "c-1");
        assertThat(late.code()).isEqualTo(ExitCode.CONFLICT);
        assertThat(late.err()).isEqualTo("capo: the execution has ended; capo show c-1 says how it stands\n");
        assertThat(late.out()).isEmpty();
    }

    @Test
    void a_list_is_a_table_for_people_and_json_for_programs() throws Exception {
        for (int i = 0; i < 3; i++) {
            fine("start", "approval", "--id", "l-" + i);
        }
        Await.until("they are listed", () -> json("list", "--workflow", "approval", "--limit", "500", "-o", "json")
                .path("executions")
                .findValuesAsText("execution_id")
                .containsAll(List.of("l-0", "l-1", "l-2")));
        Ended two = fine("list", "--workflow", "approval", "--limit", "2");
        assertThat(two.out()).hasLineCount(3).startsWith("execution").contains("approval 1");
        assertThat(two.err()).isEqualTo("There are more; --limit shows them.\n");
        Ended none = fine("list", "--workflow", "nothing");
        assertThat(none.out()).isEmpty();
        assertThat(capo("list", "--status", "executed").err())
                .contains("\"executed\" is no status; there are planning, executing,");
        assertThat(capo("list", "--limit", "0").code()).isEqualTo(ExitCode.WRONG_USE);
    }

    @Test
    void apply_says_what_is_new_and_refuses_what_is_another_under_the_same_version() throws Exception {
        stage.file("apply.yaml", SAGA.replace("name: saga", "name: applied"));
        assertThat(fine("apply", "apply.yaml").out()).isEqualTo("apply.yaml: created  applied 1\n");
        assertThat(fine("apply", "apply.yaml").out()).isEqualTo("apply.yaml: unchanged  applied 1\n");
        stage.file("apply.yaml", SAGA.replace("name: saga", "name: applied").replace("\"1\"", "\"2\""));
        JsonNode applied = json("apply", "apply.yaml", "-o", "json");
        assertThat(applied.at("/files/0/result").asText()).isEqualTo("new_version");
        stage.file("apply.yaml", APPROVAL.replace("name: approval", "name: applied"));
        stage.file("wrong.yaml", "workflow: {name: wrong, version: \"1\", taks: []}");
        Ended mixed = capo("apply", "apply.yaml", "wrong.yaml", "saga.yaml");
        assertThat(mixed.code()).isEqualTo(ExitCode.CONFLICT);
        assertThat(mixed.out()).isEqualTo("saga.yaml: unchanged  saga 1\n");
        assertThat(mixed.err())
                .contains(
                        "apply.yaml: another definition is registered as \"applied\" version \"1\"",
                        "did you mean \"tasks\"");
    }

    @Test
    void run_registers_and_follows_there_and_detach_leaves_it_there() throws Exception {
        assertThat(fine("run", "approval.yaml", "--id", "r-1", "--detach").out())
                .isEqualTo("r-1\n");
        fine("signal", "r-1", "answer", "--payload", "7");
        assertThat(fine("run", "--resume", "r-1").out()).isEqualTo("7\n");
        Ended failed = capo("run", "saga.yaml");
        assertThat(failed.code()).isEqualTo(ExitCode.FAILED);
        assertThat(failed.err()).contains("undone: reserve");
        assertThat(capo("run", "saga.yaml", "--simulate").err()).contains("--simulate is an option of capo dev");
    }

    @Test
    void the_server_of_a_directory_is_found_there_and_taken_before_that_of_the_environment() {
        Stage home = server.atHome().with("CAPO_SERVER", "http://127.0.0.1:1").with("CAPO_TOKEN", "another server's");
        Ended started = home.run("start", "approval", "--id", "home", "--data", "data");
        assertThat(started.code()).as(started.err()).isZero();
        assertThat(home.run("show", "home").code()).as("without --data").isEqualTo(ExitCode.UNREACHABLE);
        Ended none = home.run("show", "nobody", "--data", "data");
        assertThat(none.err()).contains("capo list --data data shows");
    }

    @Test
    void run_asks_the_person_at_the_terminal_also_for_a_server() {
        Ended ended = stage.answering("{\"by\": \"ann\"}\n").run("run", "approval.yaml", "--id", "q-1");
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.err()).contains("ask waits for the signal \"answer\".");
        assertThat(ended.out()).contains("\"ann\"");
    }

    @Test
    void what_is_not_there_what_does_not_fit_and_what_is_taken_have_their_exit_codes() throws Exception {
        for (String[] unknown : new String[][] {
            {"show", "nobody"},
            {"history", "nobody"},
            {"watch", "nobody"},
            {"pause", "nobody"},
            {"signal", "nobody", "answer"},
        }) {
            Ended ended = capo(unknown);
            assertThat(ended.code()).as(unknown[0]).isEqualTo(ExitCode.NOT_FOUND);
            assertThat(ended.out()).isEmpty();
            assertThat(ended.err())
                    .isEqualTo("capo: there is no execution \"nobody\"; capo list shows those that there are\n");
        }
        Ended unregistered = capo("start", "nothing");
        assertThat(unregistered.code()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(unregistered.err())
                .isEqualTo("capo: no workflow \"nothing\" is registered; capo apply FILE registers one\n");
        fine("start", "approval", "--id", "t-1", "--input", "1");
        Ended taken = capo("start", "approval", "--id", "t-1", "--input", "2");
        assertThat(taken.code()).isEqualTo(ExitCode.CONFLICT);
        assertThat(taken.err()).endsWith("with another input or workflow; another --id begins another\n");
        assertThat(capo("start", "approval", "--id", "no id").code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(capo("start", "approval", "--input", "{").code()).isEqualTo(ExitCode.WRONG_USE);
        Ended unknown = capo("signal", "t-1", "anwser");
        assertThat(unknown.code()).isIn(ExitCode.NOT_FOUND, ExitCode.FINE);
    }

    @Test
    void tokens_that_are_wrong_too_weak_or_of_another_tenant_are_told_apart() {
        Ended without = stage("").run("list");
        assertThat(without.code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(without.err()).contains("CAPO_TOKEN holds the token, and capo token signs one");
        Ended nobodys = stage("nobody's").run("list");
        assertThat(nobodys.code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(nobodys.err()).contains("the token cannot be read", "capo token signs one");

        Stage viewer = stage(token("--role", "viewer", "--ttl", "5m"));
        fine("start", "approval", "--id", "mine");
        assertThat(viewer.run("show", "mine").code()).isZero();
        for (String[] change : CHANGES) {
            Ended weak = viewer.run(change);
            assertThat(weak.code()).as(weak.err()).isEqualTo(ExitCode.WRONG_USE);
            assertThat(weak.err()).contains("needs the role \"operator\"", "capo token --role ROLE signs another");
        }

        Stage stranger = stage(token("--tenant", "acme"));
        assertThat(stranger.run("list").err()).isEqualTo("capo: nothing has been started yet\n");
        for (String[] call : CALLS) {
            Ended foreign = stranger.run(call);
            assertThat(foreign.code()).as(call[0]).isEqualTo(ExitCode.NOT_FOUND);
            assertThat(foreign.err())
                    .as(call[0])
                    .startsWith("capo: there is no execution \"mine\"; capo list shows")
                    .hasLineCount(1);
        }
        for (String[] call : CHANGES) {
            assertThat(stranger.run(call).code()).as(call[0]).isEqualTo(ExitCode.NOT_FOUND);
        }
    }

    private static final String[][] CALLS = {
        {"show", "mine"},
        {"history", "mine"},
        {"watch", "mine"},
        {"pause", "mine"},
        {"resume", "mine"},
        {"cancel", "mine"},
        {"retry", "mine"},
        {"release", "mine"},
        {"signal", "mine", "answer"},
    };

    private static final String[][] CHANGES = {
        {"start", "approval"},
        {"pause", "mine"},
        {"resume", "mine"},
        {"cancel", "mine"},
        {"retry", "mine"},
        {"release", "mine"},
        {"signal", "mine", "answer"},
    };

    private static Stage stage(String token) {
        return server.stranger(directory).with("CAPO_TOKEN", token);
    }

    private static String token(String... options) {
        String[] args = Stream.concat(Stream.of("token", "--data", "data"), Stream.of(options))
                .toArray(String[]::new);
        Ended ended = server.atHome().run(args);
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.out()).hasLineCount(1);
        return ended.out().strip();
    }

    @Test
    void patterns_say_which_can_be_executed() throws Exception {
        assertThat(fine("patterns").out()).contains("graph").contains("ready");
        assertThat(json("patterns", "-o", "json").path("patterns").findValuesAsText("name"))
                .contains("graph", "supervisor");
    }

    @Test
    void doctor_finds_a_server_that_is_well() throws Exception {
        Ended well = server.atHome().run("doctor", "--data", "data");
        assertThat(well.out())
                .contains("✓ java", "✓ settings", "✓ directory data, in use by a program", "✓ clock", " is ready")
                .contains("✓ token     the server takes it")
                .doesNotContain("✗");
        assertThat(json("doctor", "-o", "json").path("checks").findValuesAsText("state"))
                .contains("good")
                .doesNotContain("bad");
    }
}
