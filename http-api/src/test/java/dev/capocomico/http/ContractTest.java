package dev.capocomico.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.engine.store.EventLog;
import dev.capocomico.http.Client.Reply;
import dev.capocomico.http.access.AccessSettings;
import dev.capocomico.http.contract.Operation;
import dev.capocomico.model.execution.ExecutionKey;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls every operation so that it answers with everything that the contract says, and with nothing else. */
class ContractTest {
    private static final String TOKEN = TestTokens.of(NodeInMemory.TENANT, "operator");
    private static final String AGENT = TestTokens.of(NodeInMemory.TENANT, "agent");
    private static final String APPROVAL = """
            workflow:
              name: approval
              version: "1"
              input_schema: {type: object, properties: {n: {type: integer}}}
              agents: {clerk: {type: clerk, count: 2, resources: {cpu: "500m", memory: "1GB"}}}
              tasks:
                - {id: ask, agent: clerk}
                - {id: approve, wait_for: {signal: approval}, depends_on: []}
            """;

    private NodeInMemory node;
    private HttpApi api;
    private Client client;

    @BeforeEach
    void start() {
        node = new NodeInMemory();
        HttpSettings standard = HttpSettings.of("127.0.0.1", 0, AccessSettings.SharedSecret.of(TestTokens.SECRET));
        api = HttpApi.start(
                new HttpSettings(
                        standard.host(),
                        standard.port(),
                        standard.access(),
                        standard.connectionsMax(),
                        standard.watchersMax(),
                        Duration.ofMillis(300),
                        standard.idleTimeout(),
                        Duration.ofSeconds(5)),
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
        server();
        workflows();
        executing();
        commands();
        newest();
        streams();
        events();
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

    private void workflows() {
        String[] yaml = {"Content-Type", "application/yaml"};
        Reply created = client.post(TOKEN, "/api/v1/workflows", APPROVAL, yaml).is(201);
        String id = created.json().at("/workflow_id").asText();
        assertThat(created.response().headers().firstValue("location")).contains("/api/v1/workflows/" + id);
        assertThat(created.json().at("/estimated_resources/cpu_cores").asDouble())
                .isEqualTo(1.0);
        assertThat(created.json().at("/validation_report/plan/tasks").asInt()).isEqualTo(2);
        Reply again = client.post(TOKEN, "/api/v1/workflows", APPROVAL, yaml).is(200);
        assertThat(again.json().at("/workflow_id").asText()).isEqualTo(id);

        Reply other = client.post(TOKEN, "/api/v1/workflows", APPROVAL.replace("count: 2", "count: 3"), yaml);
        assertThat(other.is(409).code()).isEqualTo("CONFLICT");
        Reply wrong = client.post(TOKEN, "/api/v1/workflows", APPROVAL.replace("wait_for", "wait_fro"), yaml)
                .is(422);
        assertThat(wrong.code()).isEqualTo("INVALID_WORKFLOW");
        assertThat(wrong.json().at("/errors/0/hint").asText()).contains("wait_for");
        assertThat(wrong.json().at("/errors/0/line").asInt()).isEqualTo(8);
        String swarm = APPROVAL.replace("version: \"1\"", "version: \"2\"\n  orchestration_pattern: swarm");
        assertThat(client.post(TOKEN, "/api/v1/workflows", swarm, yaml).is(400).code())
                .isEqualTo("UNSUPPORTED_PATTERN");

        String greedy = APPROVAL.replace("500m", "5 cores").replace("\"1\"", "\"3\"");
        assertThat(client.post(TOKEN, "/api/v1/workflows", greedy, yaml).is(507).code())
                .isEqualTo("INSUFFICIENT_RESOURCES");

        assertThat(client.post(TOKEN, "/api/v1/workflows/validate", APPROVAL, yaml)
                        .is(200)
                        .json()
                        .at("/valid")
                        .asBoolean())
                .isTrue();
        Reply report = client.post(TOKEN, "/api/v1/workflows/validate", "{\"name\": 1}")
                .is(200);
        assertThat(report.json().at("/valid").asBoolean()).isFalse();
        assertThat(report.json().at("/errors").size()).isPositive();

        client.post(TOKEN, "/api/v1/workflows", APPROVAL.replace("\"1\"", "\"1.1\""), yaml)
                .is(201);
        Reply page =
                client.get(TOKEN, "/api/v1/workflows?limit=1&name=approval").is(200);
        assertThat(page.json().at("/workflows/0/version").asText()).isEqualTo("1.1");
        Reply second = client.get(
                        TOKEN,
                        "/api/v1/workflows?limit=1&cursor="
                                + page.json().at("/next_cursor").asText())
                .is(200);
        assertThat(second.json().at("/workflows/0/version").asText()).isEqualTo("1");
        assertThat(second.json().has("next_cursor")).isFalse();
        Reply lost = client.get(TOKEN, "/api/v1/workflows?limt=3").is(400);
        assertThat(lost.json().at("/errors/0/message").asText()).contains("did you mean \"limit\"?");
        client.get(TOKEN, "/api/v1/workflows?limit=501").is(400);
        client.get(TOKEN, "/api/v1/workflows?cursor=abc").is(400);

        for (String address : new String[] {id, "approval:1", "approval"}) {
            Reply found = client.get(TOKEN, "/api/v1/workflows/" + address).is(200);
            assertThat(found.json().at("/definition/workflow/name").asText()).isEqualTo("approval");
        }
        client.get(TOKEN, "/api/v1/workflows/absent").is(404);
        client.get(TOKEN, "/api/v1/workflows/validate").is(404);
    }

    private void executing() {
        String path = "/api/v1/workflows/approval:1/execute";
        String body =
                "{\"input_data\": {\"n\": 1}, \"execution_options\": {\"execution_id\": \"a-1\", \"timeout\": \"2h\", \"labels\": {\"team\": \"x\"}, \"retry_policy\": {\"strategy\": \"fixed\", \"initial_delay\": 2}, \"priority\": \"high\", \"resource_constraints\": {\"max_agents\": 3}}}";
        Reply first = client.post(TOKEN, path, body).is(202);
        assertThat(first.json().at("/execution_url").asText()).isEqualTo("/api/v1/executions/a-1");
        assertThat(first.json().at("/allocated_agents/0/count").asInt()).isEqualTo(2);
        Reply again = client.post(TOKEN, path, body).is(202);
        assertThat(again.json()).isEqualTo(first.json());
        Reply newest =
                client.post(TOKEN, "/api/v1/workflows/approval/execute", body).is(202);
        assertThat(newest.json()).isEqualTo(first.json());
        client.post(TOKEN, path, body.replace("\"n\": 1", "\"n\": 2")).is(409);
        client.post(TOKEN, "/api/v1/workflows/approval:1.1/execute", body).is(409);
        client.post(TOKEN, path, null).is(422);
        Reply misfit =
                client.post(TOKEN, path, "{\"input_data\": {\"n\": \"x\"}}").is(422);
        assertThat(misfit.code()).isEqualTo("INVALID_INPUT");
        assertThat(misfit.json().at("/errors/0/pointer").asText()).isEqualTo("/input_data/n");
        Reply mistyped = client.post(TOKEN, path, "{\"input_data\": {}, \"execution_option\": {}}")
                .is(422);
        assertThat(mistyped.json().at("/errors/0/message").asText()).contains("did you mean \"execution_options\"?");
        Reply duration = client.post(
                        TOKEN, path, "{\"input_data\": {}, \"execution_options\": {\"timeout\": \"soon\"}}")
                .is(422);
        assertThat(duration.json().at("/errors/0/pointer").asText()).isEqualTo("/execution_options/timeout");
        client.post(TOKEN, "/api/v1/workflows/absent/execute", "{}").is(404);

        Reply keyed = client.post(TOKEN, path, "{\"input_data\": {}}", "Idempotency-Key", "k-1")
                .is(202);
        Reply same = client.post(TOKEN, path, "{\"input_data\": {}}", "Idempotency-Key", "k-1")
                .is(202);
        assertThat(same.json()).isEqualTo(keyed.json());
        client.post(TOKEN, path, "{\"input_data\": {\"n\": 4}}", "Idempotency-Key", "k-1")
                .is(409);

        node.active.set(1_000_000);
        assertThat(client.get(null, "/workflow-capacity")
                        .is(200)
                        .json()
                        .at("/accepting")
                        .asBoolean())
                .isFalse();
        Reply full = client.post(TOKEN, path, body).is(507);
        assertThat(full.response().headers().firstValue("retry-after")).isPresent();
        node.active.set(999_990);
        Reply greedy =
                client.post(TestTokens.of("greedy", "operator"), path, body).is(507);
        assertThat(greedy.json().at("/detail").asText()).contains("of this tenant");
        JsonNode room = client.get(null, "/workflow-capacity").is(200).json();
        assertThat(room.at("/available").asInt()).isEqualTo(10);
        assertThat(room.at("/accepting").asBoolean()).isTrue();
        assertThat(room.has("tenant")).isFalse();
        JsonNode mine = client.get(TestTokens.of("greedy", "viewer"), "/workflow-capacity")
                .is(200)
                .json();
        assertThat(mine.at("/accepting").asBoolean()).isTrue();
        assertThat(mine.at("/tenant/max_concurrent_workflows").asInt()).isEqualTo(1_000);
        assertThat(mine.at("/tenant/active_workflows").asInt()).isEqualTo(1_000);
        assertThat(mine.at("/tenant/accepting").asBoolean()).isFalse();
        JsonNode others = client.get(TOKEN, "/workflow-capacity").is(200).json();
        assertThat(others.at("/tenant/active_workflows").asInt()).isZero();
        // Where the node has less room than the tenant may have, it is the node's that counts.
        assertThat(others.at("/tenant/available").asInt()).isEqualTo(10);
        node.active.set(0);

        Reply execution = client.get(TOKEN, "/api/v1/executions/a-1").is(200);
        assertThat(execution.json().at("/status").asText()).isEqualTo("executing");
        assertThat(execution.json().at("/input/n").asInt()).isEqualTo(1);
        assertThat(execution.json().at("/labels/team").asText()).isEqualTo("x");
        assertThat(execution.json().at("/started_by").asText()).isEqualTo("tester");
        assertThat(execution.json().at("/tasks/0/status").asText()).isEqualTo("queued");
        assertThat(execution.json().at("/tasks/1/status").asText()).isEqualTo("waiting");
        client.get(TOKEN, "/api/v1/executions/absent").is(404);
        lists();
    }

    private void lists() {
        Reply page = client.get(TOKEN, "/api/v1/executions?limit=1&workflow=approval")
                .is(200);
        assertThat(page.json().at("/executions/0/execution_id").asText()).isEqualTo("a-1");
        String cursor = page.json().at("/next_cursor").asText();
        Reply rest = client.get(TOKEN, "/api/v1/executions?cursor=" + cursor).is(200);
        assertThat(rest.json().at("/executions")).hasSize(1);
        assertThat(rest.json().has("next_cursor")).isFalse();
        for (String query : new String[] {"label=team:x", "status=executing", "since=2026-01-01T00:00:00%2B01:00"}) {
            assertThat(client.get(TOKEN, "/api/v1/executions?" + query)
                            .is(200)
                            .json()
                            .at("/executions"))
                    .isNotEmpty();
        }
        for (String query :
                new String[] {"label=team:y", "status=failed", "since=2999-01-01T00:00:00Z", "workflow=x"}) {
            assertThat(client.get(TOKEN, "/api/v1/executions?" + query)
                            .is(200)
                            .json()
                            .at("/executions"))
                    .isEmpty();
        }
        for (String query :
                new String[] {"label=team", "status=done", "since=soon", "until=%2B99999-01-01T00:00:00Z", "cursor=abc"
                }) {
            client.get(TOKEN, "/api/v1/executions?" + query).is(400);
        }
    }

    private void commands() {
        String execution = "/api/v1/executions/a-1";
        Reply paused = client.post(TOKEN, execution + "/pause", null).is(200);
        assertThat(paused.json().at("/resume_url").asText()).isEqualTo(execution + "/resume");
        client.post(TOKEN, execution + "/pause", null).is(200);
        client.post(TOKEN, execution + "/resume", null).is(200);
        client.post(TOKEN, execution + "/signals/approval", "{\"by\": \"me\"}").is(202);
        assertThat(client.get(TOKEN, execution).json().at("/tasks/1/status").asText())
                .isEqualTo("completed");
        client.post(TOKEN, execution + "/tasks/ask/cancel", null).is(202);
        assertThat(client.post(TOKEN, execution + "/tasks/absent/cancel", null)
                        .is(404)
                        .code())
                .isEqualTo("UNKNOWN_NAME");
        client.post(TOKEN, execution + "/retry", "{}").is(409);
        client.post(TOKEN, execution + "/cancel", "{\"reason\": \"enough\"}").is(202);
        client.post(TOKEN, execution + "/cancel", "{\"reson\": \"enough\"}").is(422);
        node.passTime(new ExecutionKey(NodeInMemory.TENANT, "a-1"), Duration.ofMinutes(1));
        Reply ended = client.get(TOKEN, execution).is(200);
        assertThat(ended.json().at("/status").asText()).isIn("cancelled", "failed");
        for (String command : new String[] {"pause", "resume", "signals/approval", "tasks/ask/cancel"}) {
            client.post(TOKEN, execution + "/" + command, null).is(409);
        }
        Reply history = client.get(TOKEN, execution + "/history").is(200);
        assertThat(history.json().at("/history/0/event").asText()).isEqualTo("execution_started");
        assertThat(history.json().at("/history/0/by").asText()).isEqualTo("tester");
        List<JsonNode> inPages = new ArrayList<>();
        Reply part = client.get(TOKEN, execution + "/history?limit=2").is(200);
        part.json().at("/history").forEach(inPages::add);
        while (part.json().has("next_after")) {
            part = client.get(
                            TOKEN,
                            execution + "/history?limit=2&after=" + part.json().at("/next_after"))
                    .is(200);
            part.json().at("/history").forEach(inPages::add);
        }
        assertThat(inPages).containsExactlyElementsOf(history.json().at("/history"));
        client.post(TOKEN, execution + "/retry", "{\"forced\": true}").is(422);
        String[] key = {"Idempotency-Key", "again-1", "Content-Type", "application/json"};
        Reply retried = client.post(TOKEN, execution + "/retry", "{\"force\": true}", key)
                .is(202);
        assertThat(client.post(TOKEN, execution + "/retry", "{\"force\": true}", key)
                        .is(202)
                        .json())
                .isEqualTo(retried.json());
        client.post(TOKEN, execution + "/retry", "{\"force\": true}").is(409);
    }

    private void newest() {
        String workflow = "/api/v1/workflows/lone";
        client.post(
                        TOKEN,
                        "/api/v1/workflows",
                        APPROVAL.replace("approval\n", "lone\n"),
                        "Content-Type",
                        "application/yaml")
                .is(201);
        assertThat(client.get(TOKEN, workflow + "/status")
                        .is(404)
                        .json()
                        .at("/detail")
                        .asText())
                .contains("has not been executed");
        client.post(TOKEN, workflow + "/pause", null).is(404);
        String reject =
                "{\"input_data\": {}, \"execution_options\": {\"execution_id\": \"l-1\", \"if_running\": \"reject\"}}";
        Reply first = client.post(TOKEN, workflow + "/execute", reject).is(202);
        assertThat(client.post(TOKEN, workflow + "/execute", reject).is(202).json())
                .isEqualTo(first.json());
        assertThat(client.post(TOKEN, workflow + "/execute", reject.replace("l-1", "l-2"))
                        .is(409)
                        .code())
                .isEqualTo("ALREADY_EXECUTING");
        JsonNode status = client.get(TOKEN, workflow + "/status").is(200).json();
        assertThat(status.at("/execution_id").asText()).isEqualTo("l-1");
        assertThat(status.at("/workflow_id").asText())
                .isEqualTo(client.get(TOKEN, workflow).json().at("/workflow_id").asText());
        assertThat(status.at("/agents/0/role").asText()).isEqualTo("clerk");
        assertThat(status.at("/current_phase/level").isInt()).isTrue();
        assertThat(status.at("/performance_metrics/attempts_in_flight").asInt()).isEqualTo(1);
        assertThat(status.at("/error_details").isNull()).isTrue();

        Reply paused = client.post(TOKEN, workflow + ":1/pause", null).is(200);
        assertThat(paused.json().at("/resume_url").asText()).isEqualTo("/api/v1/executions/l-1/resume");
        client.post(TOKEN, workflow + "/resume", null).is(200);
        client.post(TOKEN, workflow + "/cancel", "{\"reson\": 1}").is(422);
        client.post(TOKEN, workflow + "/cancel", "{\"reason\": \"enough\"}").is(202);
        node.passTime(new ExecutionKey(NodeInMemory.TENANT, "l-1"), Duration.ofMinutes(1));
        for (String command : new String[] {"pause", "resume", "cancel"}) {
            assertThat(client.post(TOKEN, workflow + "/" + command, null)
                            .is(409)
                            .code())
                    .isEqualTo("ENDED");
        }
        JsonNode ended = client.get(TOKEN, workflow + "/status").is(200).json();
        assertThat(ended.at("/status").asText()).isEqualTo("cancelled");
        assertThat(ended.at("/error_details/code").asText()).isEqualTo("CANCELLED");
        client.post(TOKEN, workflow + "/execute", reject.replace("l-1", "l-2")).is(202);
        assertThat(client.get(TOKEN, workflow + "/status")
                        .json()
                        .at("/execution_id")
                        .asText())
                .isEqualTo("l-2");
    }

    private void streams() throws Exception {
        String stream = "/api/v1/executions/l-1/stream";
        assertThat(client.get(TOKEN, stream).is(200).json().asText())
                .startsWith("id: 1.1\nevent: execution_started\ndata: {\"seq\":1,");
        assertThat(client.get(TOKEN, stream, "Last-Event-ID", "1.1")
                        .is(200)
                        .json()
                        .asText())
                .startsWith("id: 1.2\n");
        JsonNode history =
                client.get(TOKEN, "/api/v1/executions/l-1/history").json().at("/history");
        String last = history.get(history.size() - 1).at("/seq").asText();
        client.get(TOKEN, stream + "?from=" + last + ".99").is(204);
        client.get(TOKEN, stream + "?from=soon").is(400);
        String socket = "/ws/workflows/lone?execution_id=l-1";
        client.get(TOKEN, socket).is(426);
        WebSocket open = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("bearer", TOKEN)
                .buildAsync(
                        URI.create(client.uri(socket).toString().replace("http:", "ws:")), new WebSocket.Listener() {})
                .get(10, TimeUnit.SECONDS);
        assertThat(open.getSubprotocol()).isEqualTo("bearer");
        open.abort();
        client.seen().get("watchWorkflow").add(101);
    }

    private void events() {
        String event = "{\"id\": \"e-1\", \"topic\": \"orders.paid\", \"payload\": {\"order_id\": 7}}";
        Reply first = client.post(TOKEN, "/api/v1/events", event).is(202);
        assertThat(first.json().at("/event_id").asText()).isEqualTo("e-1");
        assertThat(client.post(TOKEN, "/api/v1/events", event).is(202).json()).isEqualTo(first.json());
        String keyless = "{\"topic\": \"orders.paid\"}";
        Reply keyed = client.post(
                        TOKEN, "/api/v1/events", keyless, "Idempotency-Key", "k", "Content-Type", "application/json")
                .is(202);
        assertThat(client.post(
                                TOKEN,
                                "/api/v1/events",
                                keyless,
                                "Idempotency-Key",
                                "k",
                                "Content-Type",
                                "application/json")
                        .json())
                .isEqualTo(keyed.json());
        assertThat(client.post(TOKEN, "/api/v1/events", keyless).is(202).json()).isNotEqualTo(keyed.json());
        client.post(TOKEN, "/api/v1/events", "{\"topic\": \"no topic\"}").is(422);
        client.post(TOKEN, "/api/v1/events", "{\"tenant\": \"other\", \"topic\": \"t\"}")
                .is(422);
        assertThat(node.read(NodeInMemory.TENANT, "orders.paid", EventLog.Position.START, 0, 100)
                        .events())
                .hasSize(3);
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
        node.fill(new ExecutionKey(NodeInMemory.TENANT, "full"), "approval");
        Reply full = client.post(TOKEN, "/api/v1/executions/full/signals/approval", null);
        assertThat(full.is(429).response().headers().firstValue("retry-after")).isPresent();
        node.passTime(new ExecutionKey(NodeInMemory.TENANT, "full"), Duration.ofDays(3));
        node.passTime(new ExecutionKey(NodeInMemory.TENANT, "full"), Duration.ofDays(4));
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
                        "capocomico_http_requests_total{operation=\"executeWorkflow\",status=\"507\"} 2\n",
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
        node.databaseAway = true;
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
