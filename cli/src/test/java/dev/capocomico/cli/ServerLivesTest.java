package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.cli.Stage.Ended;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server of a data directory that is killed, started again, told to stop, and started again, while many call it and somebody watches. */
@Timeout(240)
class ServerLivesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAP = """
            workflow:
              name: nap
              version: "1"
              agents: {bed: {type: simulated, settings: {latency: 50ms, output: 1}}}
              tasks:
                - {id: first, agent: bed}
                - {id: second, agent: bed, depends_on: [first]}
            """;

    /** Longer than the callers of a life take together. */
    private static final String LONG_TALK = WatchTest.TALK.replace("60ms", "600ms");

    @TempDir
    Path directory;

    private final HttpClient client = HttpClient.newHttpClient();

    private HttpResponse<String> call(URI url, String token, String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve(path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private String status(ServerProcess server, String token, String id) throws IOException, InterruptedException {
        JsonNode json = JSON.readTree(
                call(server.url(), token, "GET", "/api/v1/executions/" + id, "").body());
        return json.path("status").asText();
    }

    private Ended capo(String... args) {
        Ended ended = new Stage(directory).run(args);
        assertThat(ended.code()).as(ended.err()).isZero();
        return ended;
    }

    @Test
    void kill_9_and_a_stop_under_load_lose_nothing_that_was_accepted_and_nothing_of_a_watch() throws Exception {
        new Stage(directory).file("nap.yaml", NAP).file("talk.yaml", LONG_TALK);
        Load killed = new Load("killed");
        Load stopped = new Load("stopped");
        String token;
        try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Ended> watched;
            try (ServerProcess server = ServerProcess.start(directory)) {
                token = server.token();
                capo("apply", "nap.yaml", "talk.yaml");
                capo("start", "talk", "--id", "long", "--input", WatchTest.SIXTY);
                watched = people.submit(() -> capo("watch", "long"));
                killed.on(server, server::kill);
            }
            assertThat(killed.otherAnswers).isEmpty();
            try (ServerProcess server = ServerProcess.start(directory)) {
                killed.allEnd(server, token);
                seenWithoutGap(watched.get(60, TimeUnit.SECONDS));
                stopped.on(server, () -> stopWhileACallIsUnderWay(server));
                assertThat(server.err()).contains("Stopped; nothing is lost. capo dev goes on.");
            }
            assertThat(stopped.otherAnswers)
                    .as("besides 202, and 503 on a connection that is about to be closed")
                    .isSubsetOf(503);
        }
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(directory.resolve(".capo/development.key"))))
                .isEqualTo("rw-------");
        assertThat(directory.resolve(".capo/server.json")).doesNotExist();
        assertThat(directory.resolve(".capo/postgresql/data/postmaster.pid")).doesNotExist();
        try (ServerProcess server = ServerProcess.start(directory)) {
            stopped.allEnd(server, token);
            Await.until("it ends", () -> status(server, token, "late").equals("completed"));
        }
    }

    private void seenWithoutGap(Ended watched) throws IOException {
        Ended history = capo("history", "long", "-o", "json");
        assertThat(history.out()).as("it was killed in the middle").contains("attempt_lost");
        assertThat(watched.err()).contains("what it has accepted is safe", "capo: the execution can be seen again");
        assertThat(WatchTest.told(watched)).hasSizeGreaterThan(120).isEqualTo(WatchTest.lines(history));
        assertThat(watched.out()).isEqualTo("1\n");
    }

    /** A request of which half is there when the server is told to stop, and the other half comes when nobody can connect any more. */
    private void stopWhileACallIsUnderWay(ServerProcess server) throws Exception {
        String body = "{\"execution_options\": {\"execution_id\": \"late\"}}";
        try (Socket socket = new Socket(server.url().getHost(), server.url().getPort())) {
            socket.setSoTimeout(30_000);
            OutputStream out = socket.getOutputStream();
            out.write("""
                    POST /api/v1/workflows/nap/execute HTTP/1.1\r
                    Host: capo\r
                    Authorization: Bearer %s\r
                    Content-Type: application/json\r
                    Content-Length: %d\r
                    \r
                    """.formatted(server.token(), body.length()).getBytes(StandardCharsets.US_ASCII));
            out.write(body.substring(0, 10).getBytes(StandardCharsets.US_ASCII));
            out.flush();
            // What is answered after it on another connection shows that it has arrived.
            assertThat(call(server.url(), server.token(), "GET", "/ready", "").statusCode())
                    .isEqualTo(200);
            server.tell();
            Await.until("nobody can connect", () -> refuses(server.url()));
            // As long as a node takes to stop that does not wait for this call.
            TimeUnit.SECONDS.sleep(2);
            out.write(body.substring(10).getBytes(StandardCharsets.US_ASCII));
            out.flush();
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 202");
        }
        server.terminate();
    }

    private static boolean refuses(URI url) throws IOException {
        try {
            new Socket(url.getHost(), url.getPort()).close();
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }

    /** Callers that start executions, one after the other, until the server is gone. */
    private final class Load {
        private static final int CALLERS = 16;

        private final String name;
        private final Queue<String> accepted = new ConcurrentLinkedQueue<>();
        private final Queue<Integer> otherAnswers = new ConcurrentLinkedQueue<>();
        private final AtomicInteger number = new AtomicInteger();
        private final AtomicBoolean over = new AtomicBoolean();

        Load(String name) {
            this.name = name;
        }

        private interface End {
            void come() throws Exception;
        }

        void on(ServerProcess server, End end) throws Exception {
            List<Thread> callers = Stream.generate(() -> Thread.ofVirtual().unstarted(() -> start(server)))
                    .limit(CALLERS)
                    .toList();
            callers.forEach(Thread::start);
            try {
                Await.until("there is a load", () -> accepted.size() > 200);
                end.come();
            } finally {
                over.set(true);
            }
            for (Thread caller : callers) {
                caller.join();
            }
        }

        private void start(ServerProcess server) {
            while (!over.get()) {
                String id = name + "-" + number.incrementAndGet();
                String body = "{\"execution_options\": {\"execution_id\": \"%s\"}}".formatted(id);
                try {
                    int status = call(server.url(), server.token(), "POST", "/api/v1/workflows/nap/execute", body)
                            .statusCode();
                    if (status == 202) {
                        accepted.add(id);
                    } else {
                        otherAnswers.add(status);
                    }
                } catch (IOException | InterruptedException e) {
                    // Whoever comes after the door was closed is told nothing.
                }
            }
        }

        /** A token from an earlier life is good in each. */
        void allEnd(ServerProcess server, String token) throws Exception {
            assertThat(accepted).isNotEmpty();
            for (String id : accepted) {
                Await.until(id + " ends", () -> status(server, token, id).equals("completed"));
            }
        }
    }
}
