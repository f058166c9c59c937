package dev.capocomico.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.engine.store.EventLog;
import dev.capocomico.http.Client.Reply;
import dev.capocomico.model.execution.ExecutionKey;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** All that can be done to an execution, as {@link ContractTest} goes through it. */
final class ExecutionsRound {
    private static final String TOKEN = TestTokens.of(NodeInMemory.TENANT, "operator");

    private final NodeInMemory node;
    private final Client client;

    ExecutionsRound(NodeInMemory node, Client client) {
        this.node = node;
        this.client = client;
    }

    void executing() {
        String path = "/api/v1/workflows/approval:1/execute";
        String body =
                "{\"input_data\": {\"n\": 1}, \"execution_options\": {\"execution_id\": \"a-1\", \"timeout\": \"2h\", \"labels\": {\"team\": \"x\", \"tier\": \"1\"}, \"retry_policy\": {\"strategy\": \"fixed\", \"initial_delay\": 2}, \"priority\": \"high\", \"resource_constraints\": {\"max_agents\": 3}}}";
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
        resources(path);
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
        assertThat(execution.json().at("/workflow_id").asText())
                .isEqualTo(client.get(TOKEN, "/api/v1/workflows/approval:1")
                        .json()
                        .at("/workflow_id")
                        .asText());
        assertThat(execution.json().at("/started_by").asText()).isEqualTo("tester");
        assertThat(execution.json().at("/tasks/0/status").asText()).isEqualTo("queued");
        assertThat(execution.json().at("/tasks/1/status").asText()).isEqualTo("waiting");
        client.get(TOKEN, "/api/v1/executions/absent").is(404);
        lists();
    }

    /** The node is configured for 8 cores and 8 GiB. */
    private void resources(String path) {
        node.active.set(0);
        String asks =
                "{\"input_data\": {}, \"execution_options\": {\"execution_id\": \"r-1\", \"resource_constraints\": {%s}}}";
        client.post(TOKEN, path, asks.formatted("\"cpu\": \"8 cores\", \"memory\": \"8Gi\""))
                .is(202);
        Reply cpu =
                client.post(TOKEN, path, asks.formatted("\"cpu\": \"8001m\"")).is(507);
        assertThat(cpu.code()).isEqualTo("INSUFFICIENT_RESOURCES");
        assertThat(cpu.json().at("/detail").asText())
                .isEqualTo("the execution asks for 8.001 cores, and the cluster is configured for 8.0");
        client.post(TOKEN, path, asks.formatted("\"memory\": \"9Gi\"")).is(507);
        Reply wrong =
                client.post(TOKEN, path, asks.formatted("\"memory\": \"much\"")).is(422);
        assertThat(wrong.json().at("/errors/0/pointer").asText())
                .isEqualTo("/execution_options/resource_constraints/memory");
    }

    private void lists() {
        Reply page = client.get(TOKEN, "/api/v1/executions?limit=1&workflow=approval")
                .is(200);
        assertThat(page.json().at("/executions/0/execution_id").asText()).isEqualTo("a-1");
        String cursor = page.json().at("/next_cursor").asText();
        Reply rest = client.get(TOKEN, "/api/v1/executions?cursor=" + cursor).is(200);
        assertThat(rest.json().at("/executions")).hasSize(2);
        assertThat(rest.json().has("next_cursor")).isFalse();
        for (String query : new String[] {
            "label=team:x", "label=team:x&label=tier:1", "status=executing", "since=2026-01-01T00:00:00%2B01:00"
        }) {
            assertThat(client.get(TOKEN, "/api/v1/executions?" + query)
                            .is(200)
                            .json()
                            .at("/executions"))
                    .isNotEmpty();
        }
        for (String query : new String[] {
            "label=team:y", "label=team:x&label=tier:2", "status=failed", "since=2999-01-01T00:00:00Z", "workflow=x"
        }) {
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

    private void quarantined() {
        ExecutionKey key = new ExecutionKey(NodeInMemory.TENANT, "a-1");
        node.executions.quarantined.put(key, "step 2 is damaged");
        JsonNode shown = client.get(TOKEN, "/api/v1/executions/a-1").is(200).json();
        assertThat(shown.at("/status").asText()).isEqualTo("executing");
        assertThat(shown.at("/quarantined").asBoolean()).isTrue();
        assertThat(shown.at("/quarantine_reason").asText()).isEqualTo("step 2 is damaged");
        JsonNode listed = client.get(TOKEN, "/api/v1/executions?workflow=approval")
                .is(200)
                .json()
                .at("/executions/0");
        assertThat(listed.at("/quarantined").asBoolean()).isTrue();
        assertThat(client.post(TOKEN, "/api/v1/executions/a-1/pause", null)
                        .is(409)
                        .code())
                .isEqualTo("QUARANTINED");
        Reply beside = client.post(
                        TOKEN,
                        "/api/v1/workflows/approval:1/execute",
                        "{\"input_data\": {}, \"execution_options\": {\"if_running\": \"reject\"}}")
                .is(409);
        assertThat(beside.code()).isEqualTo("ALREADY_EXECUTING");
        assertThat(client.post(TOKEN, "/api/v1/executions/a-1/release", null)
                        .is(200)
                        .json()
                        .at("/status")
                        .asText())
                .isEqualTo("executing");
        assertThat(client.post(TOKEN, "/api/v1/executions/a-1/release", null)
                        .is(409)
                        .code())
                .isEqualTo("WRONG_STATE");
        assertThat(client.get(TOKEN, "/api/v1/executions/a-1").is(200).json().has("quarantined"))
                .isFalse();
    }

    void commands() {
        quarantined();
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
        node.executions.passTime(new ExecutionKey(NodeInMemory.TENANT, "a-1"), Duration.ofMinutes(1));
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
        while (part.json().has("next_cursor")) {
            part = client.get(
                            TOKEN,
                            execution + "/history?limit=2&cursor="
                                    + part.json().at("/next_cursor").asText())
                    .is(200);
            part.json().at("/history").forEach(inPages::add);
        }
        assertThat(inPages).containsExactlyElementsOf(history.json().at("/history"));
        // The start makes several entries at once, and a page has as many as it is asked for.
        assertThat(client.get(TOKEN, execution + "/history?limit=1").json().at("/history"))
                .hasSize(1);
        client.get(TOKEN, execution + "/history?limit=501").is(400);
        client.get(TOKEN, execution + "/history?cursor=abc").is(400);
        client.get(TOKEN, execution + "/history?after=1").is(400);
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

    void streams() throws Exception {
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

    /** Its history is gone, and what is left is told. */
    void archived() {
        String execution = "/api/v1/executions/gone";
        client.post(
                        TOKEN,
                        "/api/v1/workflows/approval:1/execute",
                        "{\"input_data\": {}, \"execution_options\": {\"execution_id\": \"gone\"}}")
                .is(202);
        client.post(TOKEN, execution + "/cancel", null).is(202);
        ExecutionKey key = new ExecutionKey(NodeInMemory.TENANT, "gone");
        node.executions.passTime(key, Duration.ofMinutes(1));
        node.executions.archive(key);
        JsonNode left = client.get(TOKEN, execution).is(200).json();
        assertThat(left.at("/status").asText()).isEqualTo("cancelled");
        assertThat(left.at("/error_details/code").asText()).isEqualTo("CANCELLED");
        assertThat(left.at("/workflow_id").asText()).isNotEmpty();
        for (String path : new String[] {"/history", "/stream"}) {
            Reply removed = client.get(TOKEN, execution + path).is(410);
            assertThat(removed.code()).isEqualTo("HISTORY_REMOVED");
            assertThat(removed.json().at("/detail").asText())
                    .contains("is cancelled", "EVENT_RETENTION_HOURS", execution);
        }
    }

    void events() {
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
        assertThat(node.events
                        .read(NodeInMemory.TENANT, "orders.paid", null, EventLog.Position.START, 0, 100)
                        .events())
                .hasSize(3);
    }
}
