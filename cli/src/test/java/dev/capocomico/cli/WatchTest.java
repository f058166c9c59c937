package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.cli.Stage.Ended;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Following an execution on a server over connections that break, and on servers that will not tell any more. */
@Timeout(120)
@ExtendWith(SharedServer.Given.class)
class WatchTest {
    private static final long SEED = Long.getLong("capocomico.seed", 20_260_302L);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Its steps have several entries each. */
    static final String TALK = """
            workflow:
              name: talk
              version: "1"
              agents: {talker: {type: simulated, settings: {latency: 60ms, output: 1}}}
              tasks:
                - {id: say, agent: talker, for_each: "${input}", max_parallel: 4}
                - {id: end, agent: talker, depends_on: [say]}
              output: "${tasks.end.output}"
            """;

    static final String SIXTY = "[" + "0,".repeat(59) + "0]";

    @TempDir
    Path directory;

    /** The lines that a follower to whom nothing is drawn should have been told. */
    static List<String> lines(Ended history) throws IOException {
        JsonNode entries = JSON.readTree(history.out()).path("history");
        return StreamSupport.stream(entries.spliterator(), false)
                .filter(entry -> !entry.path("event").asText().equals("delay_over"))
                .map(entry -> entry.path("sentence").asText())
                .toList();
    }

    /** Those that it was told; the words about the server between them are not among them. */
    static List<String> told(Ended watched) {
        return watched.err()
                .lines()
                .filter(line -> line.matches("[ \\d.hms]{7}  .*"))
                .map(line -> line.substring(9))
                .toList();
    }

    @Test
    void over_connections_that_are_cut_anywhere_it_shows_what_the_history_says(SharedServer server) throws Exception {
        Stage stranger = server.stranger(directory).file("talk.yaml", TALK);
        assertThat(stranger.run("apply", "talk.yaml").code()).isZero();
        assertThat(stranger.run("start", "talk", "--id", "cut", "--input", SIXTY)
                        .code())
                .isZero();
        try (CuttingProxy proxy = new CuttingProxy(server.url(), SEED)) {
            Ended watched = server.stranger(directory).run("watch", "cut", "--server", proxy.url());
            assertThat(watched.code()).as("seed %d: %s", SEED, watched.err()).isZero();
            assertThat(watched.out()).isEqualTo("1\n");
            assertThat(told(watched))
                    .as("seed %d", SEED)
                    .hasSizeGreaterThan(120)
                    .isEqualTo(lines(stranger.run("history", "cut", "-o", "json")));
            assertThat(proxy.cuts()).as("seed %d", SEED).isGreaterThan(5);
        }
    }

    // --- Servers that are scripts

    private static void execution(OutputStream out, String status, int seq) throws IOException {
        ScriptedServer.json(out, 200, """
                {"execution_id": "x", "status": "%s", "seq": %d, "updated_at": "2026-03-01T12:00:00Z", "output": %d,
                 "workflow": {"name": "w", "version": "1"}, "tasks": [{"task_id": "a", "status": "running", "attempt": 1}]}
                """.formatted(status, seq, seq));
    }

    private static String event(int seq, String event) {
        return "id: %d.1\ndata: {\"seq\":%d,\"time\":\"2026-03-01T12:00:00Z\",\"event\":\"%s\",\"sentence\":\"%s\"}\n\n"
                .formatted(seq, seq, event, event);
    }

    private static void tell(OutputStream out, String... events) throws IOException {
        ScriptedServer.begin(out);
        for (String event : events) {
            ScriptedServer.piece(out, event);
        }
        ScriptedServer.end(out);
    }

    /** What is said where an execution is looked at, and where it is followed, each time; the last is said for ever. */
    private Ended watched(List<ScriptedServer.Script> looks, List<ScriptedServer.Script> streams) throws IOException {
        AtomicInteger look = new AtomicInteger();
        AtomicInteger stream = new AtomicInteger();
        try (ScriptedServer server = new ScriptedServer((request, out) -> {
            if (request.path().endsWith("/stream")) {
                streams.get(Math.min(stream.getAndIncrement(), streams.size() - 1))
                        .answer(request, out);
            } else if (request.path().contains("/executions/")) {
                looks.get(Math.min(look.getAndIncrement(), looks.size() - 1)).answer(request, out);
            } else {
                ScriptedServer.problem(out, 404, "NOT_FOUND", "there is no workflow");
            }
        })) {
            return new Stage(directory)
                    .run("watch", "x", "--server", server.url().toString());
        }
    }

    @Test
    void who_is_asked_may_be_behind_what_was_told_and_then_it_is_looked_at_again() throws Exception {
        Ended ended = watched(
                List.of(
                        (request, out) -> execution(out, "executing", 1),
                        (request, out) -> execution(out, "executing", 1),
                        (request, out) -> execution(out, "completed", 2)),
                List.of(
                        (request, out) -> tell(out, event(1, "execution_started"), event(2, "execution_completed")),
                        (request, out) -> ScriptedServer.nothingToCome(out)));
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(told(ended)).containsExactly("execution_started", "execution_completed");
        assertThat(ended.out()).isEqualTo("2\n");
    }

    @Test
    void a_wait_that_was_told_before_it_could_be_seen_is_said_as_soon_as_it_can() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        AtomicBoolean seenFirst = new AtomicBoolean();
        String waiting = """
                {"execution_id": "x", "status": "executing", "seq": 2, "updated_at": "2026-03-01T12:00:00Z",
                 "workflow": {"name": "w", "version": "1"},
                 "tasks": [{"task_id": "a", "status": "waiting", "awaits": {"kind": "signal", "name": "go"}}]}
                """;
        Ended ended = watched(
                List.of(
                        (request, out) -> execution(out, "executing", 1),
                        (request, out) -> execution(out, "executing", 1),
                        (request, out) -> {
                            ScriptedServer.json(out, 200, waiting);
                            seen.countDown();
                        },
                        (request, out) -> execution(out, "completed", 3)),
                List.of(
                        (request, out) -> {
                            ScriptedServer.begin(out);
                            ScriptedServer.piece(out, event(1, "execution_started") + event(2, "task_waiting"));
                            // It says nothing more until somebody has answered.
                            seenFirst.set(seen.await(5, TimeUnit.SECONDS));
                            ScriptedServer.piece(out, event(3, "execution_completed"));
                            ScriptedServer.end(out);
                        },
                        (request, out) -> ScriptedServer.nothingToCome(out)));
        assertThat(seenFirst).isTrue();
        assertThat(ended.err()).contains("a waits for the signal \"go\"", "\"capo signal x go --server http://");
        assertThat(ended.out()).isEqualTo("3\n");
    }

    @Test
    void an_execution_that_was_retried_between_its_end_and_the_look_at_it_is_followed_to_its_other_end()
            throws Exception {
        List<ScriptedServer.Script> streams = List.of(
                (request, out) -> tell(out, event(1, "execution_started"), event(2, "execution_failed")),
                (request, out) -> {
                    assertThat(request.lastEventId()).contains("2.1");
                    tell(out, event(3, "execution_retried"), event(4, "execution_completed"));
                },
                (request, out) -> ScriptedServer.nothingToCome(out));
        List<List<ScriptedServer.Script>> cases = List.of(
                // It runs again when it is looked at,
                List.of(
                        (request, out) -> execution(out, "executing", 1),
                        (request, out) -> execution(out, "executing", 3),
                        (request, out) -> execution(out, "completed", 4)),
                // or has ended again.
                List.of(
                        (request, out) -> execution(out, "executing", 1),
                        (request, out) -> execution(out, "completed", 4)));
        for (List<ScriptedServer.Script> looks : cases) {
            Ended ended = watched(looks, streams);
            assertThat(ended.code()).as(ended.err()).isZero();
            assertThat(told(ended))
                    .containsExactly(
                            "execution_started", "execution_failed", "execution_retried", "execution_completed");
            assertThat(ended.out()).isEqualTo("4\n");
        }
        // It has ended again between the server's word that all was told and a look at it that comes late.
        Ended late = watched(
                List.of(
                        (request, out) -> execution(out, "executing", 1),
                        (request, out) -> execution(out, "executing", 1),
                        (request, out) -> execution(out, "completed", 4)),
                List.of(
                        streams.get(0),
                        (request, out) -> ScriptedServer.nothingToCome(out),
                        streams.get(1),
                        streams.get(2)));
        assertThat(told(late)).hasSize(4);
        assertThat(late.out()).isEqualTo("4\n");
    }

    @Test
    void a_server_that_will_not_tell_any_more_says_why_and_how_to_go_on() throws Exception {
        for (int[] status : new int[][] {
            {401, ExitCode.WRONG_USE}, {403, ExitCode.WRONG_USE}, {404, ExitCode.NOT_FOUND}, {500, ExitCode.FAILED}
        }) {
            Ended ended = watched(
                    List.of((request, out) -> execution(out, "executing", 1)),
                    List.of(
                            (request, out) -> tell(out, event(1, "execution_started")),
                            (request, out) -> ScriptedServer.problem(out, status[0], "X", "this is why")));
            assertThat(ended.code()).as(ended.err()).isEqualTo(status[1]);
            assertThat(ended.err()).startsWith("    0ms  execution_started\ncapo: this is why");
            assertThat(ended.err().contains("      capo watch x --server http://"))
                    .as("only what is not there cannot be followed again")
                    .isEqualTo(status[0] != 404);
        }
    }

    @Test
    void a_server_that_cannot_tell_now_says_why_and_is_asked_again() throws Exception {
        Ended ended = watched(
                List.of(
                        (request, out) -> execution(out, "executing", 1),
                        (request, out) -> ScriptedServer.problem(out, 503, "UNAVAILABLE", "the database is away"),
                        (request, out) -> execution(out, "completed", 2)),
                List.of(
                        (request, out) -> ScriptedServer.problem(out, 503, "UNAVAILABLE", "too many watch"),
                        (request, out) -> tell(out, event(1, "execution_started"), event(2, "execution_completed")),
                        (request, out) -> ScriptedServer.nothingToCome(out)));
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.err())
                .containsSubsequence(
                        "capo: too many watch; if it stays so, Ctrl-C and capo watch x --server http://",
                        "capo: the execution can be seen again\n",
                        "execution_completed\n");
        assertThat(told(ended)).containsExactly("execution_started", "execution_completed");
    }
}
