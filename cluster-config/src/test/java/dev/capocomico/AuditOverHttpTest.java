package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.http.access.AccessSettings;
import dev.capocomico.http.access.Caller;
import dev.capocomico.http.access.Role;
import dev.capocomico.http.access.TokenSigner;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who has done what, on a real node. */
@Timeout(180)
class AuditOverHttpTest {
    private static final String SECRET = "a secret of the tests, and of nothing else";
    private static final TokenSigner SIGNER = new TokenSigner(AccessSettings.SharedSecret.of(SECRET));
    private static final String WORKFLOW = """
            {"name": "talk", "version": "1", "tasks": [
              {"id": "ask", "wait_for": {"signal": "go"}}, {"id": "never", "wait_for": {"signal": "never"}}]}""";

    @TempDir
    Path directory;

    private final HttpClient http = HttpClient.newHttpClient();

    private Capocomico start() throws InterruptedException {
        return Capocomico.builder()
                .embeddedDatabase(directory)
                .httpPort(0)
                .jwtSecret(SECRET)
                .start();
    }

    private static String token(String subject, Role role) {
        return SIGNER.sign(
                new Caller("acme", subject, Set.of(role)), Instant.now().plusSeconds(600));
    }

    private JsonNode call(Capocomico node, String token, String method, String path, String body, int expected)
            throws Exception {
        HttpRequest request = HttpRequest.newBuilder(java.net.URI.create(
                        "http://127.0.0.1:" + node.httpAddress().orElseThrow().getPort() + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode())
                .as("%s %s: %s", method, path, response.body())
                .isEqualTo(expected);
        return new ObjectMapper().readTree(response.body());
    }

    private List<String> actions(Capocomico node, String filter, int atLeast) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            List<String> actions = call(
                            node, token("eve", Role.ADMIN), "GET", "/api/v1/audit?limit=500" + filter, "", 200)
                    .at("/audit")
                    .valueStream()
                    .map(entry -> entry.at("/subject").asText() + " "
                            + entry.at("/action").asText() + " "
                            + entry.at("/outcome").asText() + " "
                            + entry.at("/address").asText())
                    .toList()
                    .reversed();
            if (actions.size() >= atLeast) {
                return actions;
            }
            assertThat(System.nanoTime()).as("%s", actions).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    @Test
    void who_changed_anything_over_http_is_in_the_audit_once_also_after_a_restart() throws Exception {
        String operator = token("ann", Role.OPERATOR);
        try (Capocomico node = start()) {
            call(node, operator, "POST", "/api/v1/workflows", WORKFLOW, 201);
            call(node, operator, "POST", "/api/v1/workflows", WORKFLOW, 200);
            String begin = "{\"execution_options\": {\"execution_id\": \"run\"}}";
            call(node, operator, "POST", "/api/v1/workflows/talk/execute", begin, 202);
            call(node, operator, "POST", "/api/v1/workflows/talk/execute", begin, 202);
            call(node, operator, "POST", "/api/v1/executions/run/pause", "", 200);
            call(node, operator, "POST", "/api/v1/executions/run/pause", "", 200);
            call(node, operator, "POST", "/api/v1/executions/run/resume", "", 200);
            call(node, operator, "POST", "/api/v1/executions/run/signals/go", "{}", 202);
            call(node, operator, "POST", "/api/v1/executions/run/signals/absent", "{}", 404);
            call(node, operator, "POST", "/api/v1/events", "{\"topic\": \"paid\", \"id\": \"e1\"}", 202);
            call(node, token("bob", Role.VIEWER), "POST", "/api/v1/executions/run/cancel", "", 403);
            call(node, operator, "POST", "/api/v1/executions/run/cancel", "", 202);
            // Answered this moment: the reader of the journal has it from there, now or after the next start.
        }
        try (Capocomico node = start()) {
            assertThat(actions(node, "&outcome=accepted", 7))
                    .containsExactlyInAnyOrder(
                            "ann registerWorkflow accepted 127.0.0.1",
                            "ann executeWorkflow accepted 127.0.0.1",
                            "ann pauseExecution accepted 127.0.0.1",
                            "ann resumeExecution accepted 127.0.0.1",
                            "ann signalExecution accepted 127.0.0.1",
                            "ann publishEvent accepted 127.0.0.1",
                            "ann cancelExecution accepted 127.0.0.1");
            assertThat(actions(node, "&subject=bob", 1)).containsExactly("bob cancelExecution denied 127.0.0.1");
            assertThat(actions(node, "&workflow=talk&execution_id=run", 5)).hasSize(5);
        }
    }
}
