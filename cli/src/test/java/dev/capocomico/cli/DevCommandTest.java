package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.cli.Stage.Ended;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server as a process of its own, with its real database. */
@Timeout(240)
class DevCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SECRET = "a secret of the tests, and of nothing else";
    private static final String NAP = """
            workflow:
              name: nap
              version: "1"
              agents: {bed: {type: simulated, settings: {latency: 50ms, output: 1}}}
              tasks:
                - {id: first, agent: bed}
                - {id: second, agent: bed, depends_on: [first]}
            """;

    @TempDir
    Path directory;

    private final HttpClient client = HttpClient.newHttpClient();

    private HttpResponse<String> call(URI url, String token, String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve(path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", path.endsWith("/workflows") ? "application/yaml" : "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private int status(URI url, String token, String path) throws IOException, InterruptedException {
        return call(url, token, "GET", path, "").statusCode();
    }

    private String signed(String... options) {
        List<String> args = new ArrayList<>(List.of("token"));
        args.addAll(List.of(options));
        Ended ended = new Stage(directory).run(args.toArray(String[]::new));
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.out()).hasLineCount(1);
        return ended.out().strip();
    }

    @Test
    void it_serves_who_has_a_token_and_keeps_its_key_and_what_it_was_told() throws Exception {
        String before;
        try (ServerProcess server = ServerProcess.start(directory)) {
            before = server.token();
            assertThat(server.said().path("data").asText()).isEqualTo(".capo");
            assertThat(status(server.url(), "", "/ready")).isEqualTo(200);
            assertThat(status(server.url(), before, "/docs")).isEqualTo(200);
            assertThat(call(server.url(), before, "POST", "/api/v1/workflows", NAP)
                            .statusCode())
                    .isEqualTo(201);
            assertThat(status(server.url(), "nobody's", "/api/v1/executions")).isEqualTo(401);
            assertThat(status(server.url(), signed(), "/api/v1/workflows/nap")).isEqualTo(200);
            assertThat(status(server.url(), signed("--tenant", "acme"), "/api/v1/workflows/nap"))
                    .isEqualTo(404);
            String viewer = signed("--role", "viewer", "--ttl", "5m");
            assertThat(call(server.url(), viewer, "POST", "/api/v1/workflows/nap/execute", "{}")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(directory.resolve(".capo/development.key"))))
                    .isEqualTo("rw-------");
            assertThat(directory.resolve(".capo/server.json")).exists();
            server.terminate();
            assertThat(server.err()).contains("Stopped; nothing is lost. capo dev goes on.");
        }
        assertThat(directory.resolve(".capo/server.json")).doesNotExist();
        assertThat(directory.resolve(".capo/postgresql/data/postmaster.pid")).doesNotExist();
        try (ServerProcess again = ServerProcess.start(directory)) {
            assertThat(status(again.url(), before, "/api/v1/workflows/nap")).isEqualTo(200);
        }
    }

    @Test
    void a_stop_under_load_answers_what_was_asked_and_loses_nothing_that_was_accepted() throws Exception {
        Load load = new Load();
        try (ServerProcess server = ServerProcess.start(directory)) {
            call(server.url(), server.token(), "POST", "/api/v1/workflows", NAP);
            load.on(server, server::terminate);
        }
        assertThat(load.otherAnswers)
                .as("besides 202, and 503 on a connection that is about to be closed")
                .isSubsetOf(503);
        load.allEndAfterAnotherStart();
    }

    @Test
    void a_call_that_is_under_way_when_the_server_is_told_to_stop_is_answered() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory)) {
            call(server.url(), server.token(), "POST", "/api/v1/workflows", NAP);
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
                assertThat(status(server.url(), server.token(), "/ready")).isEqualTo(200);
                server.tell();
                Await.until("it stops", () -> server.err().contains("Stopping"));
                out.write(body.substring(10).getBytes(StandardCharsets.US_ASCII));
                out.flush();
                assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                        .isEqualTo("HTTP/1.1 202");
            }
            server.terminate();
        }
        try (ServerProcess again = ServerProcess.start(directory)) {
            Await.until("it ends", () -> status(again, "late").equals("completed"));
        }
    }

    @Test
    void a_server_that_is_killed_under_load_loses_nothing_that_was_accepted() throws Exception {
        Load load = new Load();
        try (ServerProcess server = ServerProcess.start(directory)) {
            call(server.url(), server.token(), "POST", "/api/v1/workflows", NAP);
            load.on(server, server::kill);
        }
        assertThat(load.otherAnswers).isEmpty();
        load.allEndAfterAnotherStart();
    }

    /** Callers that start executions, one after the other, until the server is gone. */
    private final class Load {
        private static final int CALLERS = 16;

        private final Queue<String> accepted = new ConcurrentLinkedQueue<>();
        private final Queue<Integer> otherAnswers = new ConcurrentLinkedQueue<>();
        private final AtomicInteger number = new AtomicInteger();
        private final AtomicBoolean over = new AtomicBoolean();

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
                String id = "n-" + number.incrementAndGet();
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

        void allEndAfterAnotherStart() throws Exception {
            try (ServerProcess again = ServerProcess.start(directory)) {
                assertThat(accepted).isNotEmpty();
                for (String id : accepted) {
                    Await.until(id + " ends", () -> status(again, id).equals("completed"));
                }
            }
        }
    }

    private String status(ServerProcess server, String id) throws IOException, InterruptedException {
        JsonNode json = JSON.readTree(call(server.url(), server.token(), "GET", "/api/v1/executions/" + id, "")
                .body());
        return json.path("status").asText();
    }

    @Test
    void what_is_ephemeral_leaves_nothing_and_the_configured_secret_is_the_key() throws Exception {
        Map<String, String> environment =
                Map.of("JWT_SECRET", SECRET, "JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + directory);
        try (ServerProcess server = ServerProcess.start(directory, environment, "--ephemeral")) {
            assertThat(server.said().path("data").isNull()).isTrue();
            assertThat(status(server.url(), server.token(), "/api/v1/executions"))
                    .isEqualTo(200);
            server.terminate();
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left.map(file -> file.getFileName().toString()).filter(name -> name.startsWith("capo-")))
                    .isEmpty();
        }
        assertThat(directory.resolve(".capo")).doesNotExist();
    }

    @Test
    void without_tokens_everybody_here_may_call_and_nobody_else_can() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, "--insecure")) {
            assertThat(server.said().has("token")).isFalse();
            assertThat(status(server.url(), "", "/api/v1/executions")).isEqualTo(200);
        }
        Ended open = new Stage(directory).run("dev", "--insecure", "--host", "0.0.0.0", "--data", "other");
        assertThat(open.code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(open.err()).contains("--insecure lets in everybody who reaches the server");
        assertThat(directory.resolve("other")).doesNotExist();
    }

    @Test
    void with_a_certificate_it_speaks_tls_and_machines_ask_at_a_door_of_their_own() throws Exception {
        TestCertificate certificate = TestCertificate.make(directory);
        Map<String, String> environment = Map.of(
                "TLS_CERTIFICATE", certificate.pem().toString(),
                "TLS_KEY", certificate.key().toString(),
                "MANAGEMENT_PORT", "0");
        try (ServerProcess server = ServerProcess.start(directory, environment)) {
            assertThat(server.url().getScheme()).isEqualTo("https");
            HttpClient trusting =
                    HttpClient.newBuilder().sslContext(certificate.trusting()).build();
            HttpRequest list = HttpRequest.newBuilder(server.url().resolve("/api/v1/executions"))
                    .header("Authorization", "Bearer " + server.token())
                    .build();
            assertThat(trusting.send(list, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
            URI plain = URI.create(server.url().toString().replace("https", "http"));
            assertThatThrownBy(() -> status(plain, server.token(), "/ready")).isInstanceOf(IOException.class);

            URI management = URI.create(server.said().path("management_url").asText());
            assertThat(status(management, "", "/health")).isEqualTo(200);
            assertThat(status(management, "", "/ready")).isEqualTo(200);
            assertThat(status(management, server.token(), "/api/v1/executions")).isEqualTo(404);

            Ended wary = new Stage(directory).run("list");
            assertThat(wary.code()).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(wary.err())
                    .contains("cannot be trusted or speaks no TLS")
                    .hasLineCount(1);
        }
    }

    @Test
    void a_port_that_is_taken_and_wrong_options_are_told_in_a_sentence() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            String port = Integer.toString(taken.getLocalPort());
            Ended ended = new Stage(directory).run("dev", "--port", port, "--host", "127.0.0.1");
            assertThat(ended.code()).isEqualTo(ExitCode.CONFLICT);
            assertThat(ended.err())
                    .contains("cannot listen on 127.0.0.1:" + port + ": Address already in use; stop the program")
                    .doesNotContain("Exception");
        }
        assertThat(new Stage(directory).run("dev", "--port", "65536").code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(new Stage(directory).run("dev", "--ephemeral", "--data", "x").err())
                .contains("leave out one of the two");
    }

    @Test
    void a_token_needs_a_key_and_words_that_mean_something() {
        Ended keyless = new Stage(directory).run("token");
        assertThat(keyless.code()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(keyless.err())
                .isEqualTo("capo: there is no key in .capo; capo dev makes one, and JWT_SECRET names another\n");
        for (String[] wrong : new String[][] {
            {"--role", "king"}, {"--tenant", "No Tenant"}, {"--ttl", "never"}, {"--ttl", "0"}, {"--subject", " "}
        }) {
            Ended refused = new Stage(directory).run("token", wrong[0], wrong[1]);
            assertThat(refused.code()).as(wrong[0]).isEqualTo(ExitCode.WRONG_USE);
            assertThat(refused.out()).isEmpty();
        }
    }
}
