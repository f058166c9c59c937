package dev.capocomico.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.http.Client.Reply;
import dev.capocomico.http.contract.Operation;
import dev.capocomico.model.execution.ExecutionKey;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls every operation so that it answers with everything that the contract says, and with nothing else. */
class ContractTest {
    private static final String TOKEN = TestTokens.of(NodeInMemory.TENANT, "admin");
    private static final String AGENT = TestTokens.of(NodeInMemory.TENANT, "agent");
    private NodeInMemory node;
    private HttpApi api;
    private Client client;

    @BeforeEach
    void start() {
        node = new NodeInMemory();
        api = HttpApi.start(
                TestSettings.impatient(Duration.ofMillis(300), TestSettings.USUAL.idleTimeout(), Duration.ofSeconds(5)),
                node.node());
        client = new Client(api.address());
    }

    @AfterEach
    void stop() throws Exception {
        api.close();
        node.close();
    }

    @Test
    void every_operation_answers_everything_that_the_contract_says_and_nothing_else() throws Exception {
        WorkflowsRound workflows = new WorkflowsRound(node, client);
        ExecutionsRound executions = new ExecutionsRound(node, client);
        server();
        workflows.registered();
        executions.executing();
        executions.commands();
        workflows.newest();
        executions.streams();
        executions.archived();
        executions.events();
        client.get(TOKEN, "/api/v1/audit").is(200);
        whatMayHappenToAnyCall();
        metrics(true);
        whenTheDatabaseIsAway();
        metrics(false);

        Map<String, Set<Integer>> unseen = new TreeMap<>();
        for (Operation operation : client.contract().operations()) {
            Set<Integer> missing = new TreeSet<>(operation.statuses());
            missing.removeAll(client.seen().getOrDefault(operation.id(), Set.of()));
            if (!missing.isEmpty()) {
                unseen.put(operation.id(), missing);
            }
        }
        assertThat(unseen).isEmpty();
    }

    private void server() {
        assertThat(client.get(null, "/health").is(200).json().at("/status").asText())
                .isEqualTo("alive");
        assertThat(client.get(null, "/ready").is(200).json().at("/status").asText())
                .isEqualTo("ready");
        assertThat(client.get(null, "/openapi.yaml").is(200).json().asText()).startsWith("openapi: 3.1.0");
        assertThat(client.get(null, "/docs").is(200).json().asText()).doesNotContain("http://", "https://");
        assertThat(client.get(null, "/docs/swagger-initializer.js")
                        .is(200)
                        .json()
                        .asText())
                .contains("validatorUrl: null", "/openapi.yaml");
        client.get(null, "/docs/swagger-ui-bundle.js").is(200);
        client.get(null, "/docs/swagger-ui.css").is(200);
        client.get(null, "/docs/favicon-32x32.png").is(200);
        client.get(null, "/docs/absent.js").is(404);
        Reply patterns = client.get(TOKEN, "/api/v1/patterns/available").is(200);
        assertThat(patterns.json().at("/patterns/1/name").asText()).isEqualTo("swarm");
        assertThat(patterns.json().at("/patterns/1/executable").asBoolean()).isFalse();
    }

    /** What needs no more than a call that is made wrongly. */
    private void whatMayHappenToAnyCall() throws Exception {
        for (Operation operation : client.contract().operations()) {
            String path = example(operation);
            String method = operation.method();
            client.send(method, TOKEN, path + "?unknown=1", null).is(400);
            if (!operation.isSocket()) {
                client.send(method, TOKEN, path, null, "Accept", "audio/ogg").is(406);
            }
            if (operation.open()) {
                client.send(method, null, path, null).is(200);
                if (operation.role() != null) {
                    client.send(method, "nonsense", path, null).is(401);
                    client.send(method, AGENT, path, null).is(200);
                }
            } else {
                client.send(method, null, path, null).is(401);
                client.send(method, AGENT, path, null).is(403);
            }
            if (operation.statuses().contains(404) && !operation.id().equals("docsFile")) {
                client.send(method, TOKEN, path, null).is(404);
            }
            if (operation.body() != null) {
                client.send(method, TOKEN, path, "x", "Content-Type", "text/plain")
                        .is(415);
                String large = "\"" + "x".repeat((int) operation.body().bytesMax()) + "\"";
                client.send(method, TOKEN, path, large).is(413);
                if (!operation.body().document()) {
                    client.send(method, TOKEN, path, "{").is(400);
                }
                assertThat(slowly(method, path)).startsWith("HTTP/1.1 408 ");
                client.seen().get(operation.id()).add(408);
            }
        }
        fill();
    }

    /** An execution holds so many signals, and then no more. */
    private void fill() {
        client.post(
                        TOKEN,
                        "/api/v1/workflows/approval/execute",
                        "{\"input_data\": {}, \"execution_options\": {\"execution_id\": \"full\"}}")
                .is(202);
        node.executions.fill(new ExecutionKey(NodeInMemory.TENANT, "full"), "approval");
        Reply full = client.post(TOKEN, "/api/v1/executions/full/signals/approval", null);
        assertThat(full.is(429).response().headers().firstValue("retry-after")).isPresent();
        node.executions.passTime(new ExecutionKey(NodeInMemory.TENANT, "full"), Duration.ofDays(3));
        node.executions.passTime(new ExecutionKey(NodeInMemory.TENANT, "full"), Duration.ofDays(4));
        assertThat(client.post(TOKEN, "/api/v1/executions/full/cancel", null)
                        .is(409)
                        .code())
                .isEqualTo("ENDED");
    }

    private String slowly(String method, String path) throws Exception {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), api.address().getPort())) {
            socket.setSoTimeout(10_000);
            String head =
                    "%s %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
                            .formatted(method, path, TOKEN);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII) + " ";
        }
    }

    private void metrics(boolean database) {
        String text = client.get(null, "/metrics").is(200).json().asText();
        assertThat(text)
                .contains(
                        "# TYPE capocomico_http_requests_total counter\n",
                        "capocomico_http_requests_total{operation=\"executeWorkflow\",status=\"507\"} 4\n",
                        "capocomico_http_request_seconds_bucket{operation=\"health\",le=\"+Inf\"} ",
                        "capocomico_executions_max 1000000\n",
                        "capocomico_stream_watchers_max 3000\n",
                        "capocomico_database_available " + (database ? "1\n" : "0\n"));
        assertThat(text.contains("capocomico_projection_lag_seconds 1.5\n")).isEqualTo(database);
        for (String line : text.split("\n", -1)) {
            assertThat(line).matches("|# (HELP|TYPE) [a-z_]+ .*|[a-z_]+(\\{[^}]*\\})? [-+0-9.eE]+");
        }
    }

    private void whenTheDatabaseIsAway() {
        node.database.away = true;
        Set<String> withoutIt = new HashSet<>();
        for (Operation operation : client.contract().operations()) {
            if (operation.statuses().contains(503)) {
                String body = operation.id().equals("registerWorkflow")
                        ? "{\"name\": \"n\", \"version\": \"1\", \"tasks\": [{\"id\": \"a\", \"sleep\": 1}]}"
                        : operation.id().equals("publishEvent") ? "{\"topic\": \"t\"}" : null;
                client.send(operation.method(), TOKEN, example(operation), body).is(503);
            } else {
                withoutIt.add(operation.id());
            }
        }
        assertThat(withoutIt).contains("health", "contract");
    }

    private String example(Operation operation) {
        String path = operation.path().text();
        var said = client.contract().tree().path("paths").path(path);
        for (String place :
                new String[] {"/parameters", "/" + operation.method().toLowerCase(Locale.ROOT) + "/parameters"}) {
            for (var parameter : said.at(place)) {
                var one = parameter.has("$ref")
                        ? client.contract()
                                .tree()
                                .at(parameter.get("$ref").asText().substring(1))
                        : parameter;
                path = path.replace(
                        "{" + one.path("name").asText() + "}",
                        one.path("example").asText());
            }
        }
        return path;
    }
}
