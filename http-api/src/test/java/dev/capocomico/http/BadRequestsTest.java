package dev.capocomico.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a client can send that is wrong, byte for byte. */
class BadRequestsTest {
    private static final String TOKEN = TestTokens.of(NodeInMemory.TENANT, "operator");

    private static NodeInMemory node;
    private static HttpApi api;
    private static Client client;
    private static Wire wire;

    @BeforeAll
    static void start() {
        node = new NodeInMemory();
        api = HttpApi.start(
                TestSettings.impatient(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(2)),
                node.node());
        client = new Client(api.address());
        wire = new Wire(api.address(), TOKEN);
        client.post(TOKEN, "/api/v1/workflows", """
                        {"name": "wait", "version": "1", "tasks": [{"id": "w", "wait_for": {"signal": "go"}}]}""").is(201);
        client.post(TOKEN, "/api/v1/workflows/wait/execute", "{\"execution_options\": {\"execution_id\": \"run\"}}")
                .is(202);
    }

    @AfterAll
    static void stop() throws Exception {
        api.close();
        node.close();
    }

    private static String raw(String text) throws IOException {
        return wire.raw(text);
    }

    private static String get(String path) {
        return wire.get(path);
    }

    private static String post(String path, String headers, String body) {
        return wire.post(path, headers, body);
    }

    @Test
    void tricks_with_paths_lead_nowhere() throws Exception {
        for (String path : new String[] {
            "/api/v1/executions/..%2Frun",
            "/api/v1/executions/%2e%2e/run",
            "/api/v1/executions/run%00",
            "/api/v1/executions/run%0d%0aX:y",
            "/api/v1/executions/%c0%ae",
            "/api/v1/executions/%ff",
            "/api/v1//executions/run",
            "/api/v1/executions/run/",
            "/api/v1/executions//",
            "/API/v1/executions/run",
            "/api/v1/executions/run;tenant=other",
            "/docs/..%2F..%2Fopenapi.yaml",
            "/docs/%2e%2e%2fpom.xml",
            "//health"
        }) {
            assertThat(raw(get(path))).as(path).matches("(?s)HTTP/1.1 (404|400) .*application/problem\\+json.*");
        }
        assertThat(raw(get("/api/v1/executions/%72un"))).startsWith("HTTP/1.1 200 ");
        // Dots are resolved before anything is looked up, so who may call is decided of where they lead.
        assertThat(raw(get("/health/../api/v1/executions/run").replace("Bearer", "Basic")))
                .startsWith("HTTP/1.1 401 ");
    }

    @Test
    void a_key_that_no_store_should_have_to_read_is_refused_at_every_door() {
        String key = "{\"" + "k".repeat(60_000) + "\": 1}";
        String why = "this key has more than 10,000 characters";
        assertThat(client.post(TOKEN, "/api/v1/executions/run/signals/go", key)
                        .is(400)
                        .detail())
                .contains(why);
        assertThat(client.post(TOKEN, "/api/v1/workflows/wait/execute", "{\"input_data\": " + key + "}")
                        .is(400)
                        .detail())
                .contains(why);
        assertThat(client.post(TOKEN, "/api/v1/events", "{\"topic\": \"paid\", \"payload\": " + key + "}")
                        .is(400)
                        .detail())
                .contains(why);
        assertThat(client.post(TOKEN, "/api/v1/workflows", """
                        {"name": "keyed", "version": "1", "agents": {"a": {"type": "t", "settings": %s}},
                         "tasks": [{"id": "w", "agent": "a"}]}""".formatted(key))
                        .is(422)
                        .json()
                        .toString())
                .contains(why);
    }

    @Test
    void what_is_no_http_is_told_so_in_the_same_form() throws Exception {
        Map<String, String> status = Map.of(
                "this is no request at all\r\n\r\n",
                "501",
                "GET /health HTTP/1.1\r\n\r\n",
                "400",
                "GET /" + "x".repeat(HttpSettings.URI_LENGTH_MAX) + " HTTP/1.1\r\nHost: x\r\n\r\n",
                "414",
                "GET /health HTTP/1.1\r\nHost: x\r\n" + "A: b\r\n".repeat(HttpSettings.HEADERS_MAX + 1) + "\r\n",
                "400",
                "GET /health HTTP/1.1\r\nHost: x\r\nA: " + "b".repeat(20_000) + "\r\n\r\n",
                "431",
                "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                "400",
                "FOO /health HTTP/1.1\r\nHost: x\r\n\r\n",
                "501");
        for (Map.Entry<String, String> one : status.entrySet()) {
            String answer = raw(one.getKey());
            assertThat(answer).as(one.getKey()).startsWith("HTTP/1.1 " + one.getValue() + " ");
            assertThat(answer).contains("application/problem+json", "\"trace_id\"");
        }
    }

    @Test
    void two_lengths_are_none() throws Exception {
        String body = "{}";
        String path = "/api/v1/workflows/wait/execute";
        assertThat(raw(post(path, "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", body)))
                .startsWith("HTTP/1.1 400 ");
        assertThat(raw(post(path, "Content-Length: 2\r\nContent-Length: 3\r\n", body)))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void other_methods_are_named() throws Exception {
        Client.Reply reply =
                client.send("DELETE", TOKEN, "/api/v1/executions/run", null).is(405);
        assertThat(reply.response().headers().firstValue("allow")).contains("GET, HEAD");
        reply = client.send("PUT", null, "/api/v1/executions/run/pause", "{}").is(405);
        assertThat(reply.response().headers().firstValue("allow")).contains("POST");
        client.send("OPTIONS", null, "/health", null).is(405);
        assertThat(raw(get("/health").replace("GET", "HEAD")))
                .startsWith("HTTP/1.1 200 ")
                .doesNotContain("alive");
    }

    @Test
    void bodies_that_cannot_be_read_are_refused_with_the_reason() throws Exception {
        String path = "/api/v1/executions/run/cancel";
        Map<String, String> reasons = Map.of(
                "{\"reason\": \"a\", \"reason\": \"b\"}",
                "reason",
                "{\"reason\": tru}",
                "",
                "[".repeat(100_000),
                "",
                "{\"a\":".repeat(40) + "1" + "}".repeat(40),
                "32",
                "{} {}",
                "",
                "\u0000",
                "",
                "{\"reason\": 1e999999999}",
                "");
        for (Map.Entry<String, String> one : reasons.entrySet()) {
            Client.Reply reply = client.post(TOKEN, path, one.getKey());
            assertThat(reply.status()).as(one.getKey()).isIn(400, 413, 422);
            assertThat(reply.json().at("/detail").asText()).contains(one.getValue());
        }
        String broken = raw(post(path, "Content-Length: 2\r\nConnection: close\r\n", "\u00ff\u00fe"));
        assertThat(broken).startsWith("HTTP/1.1 400 ").contains("INVALID_BODY", "no UTF-8");
    }

    @Test
    void a_body_of_unknown_length_is_cut_off_at_the_limit() throws Exception {
        StringBuilder chunks = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            chunks.append("2000\r\n").append("x".repeat(0x2000)).append("\r\n");
        }
        assertThat(raw(post("/api/v1/executions/run/cancel", "Transfer-Encoding: chunked\r\n", chunks.toString())))
                .startsWith("HTTP/1.1 413 ");
    }

    @Test
    void who_sends_nothing_more_is_not_waited_for() throws Exception {
        assertThat(raw("GET /health HTTP/1.1\r\nHost:")).doesNotContain("200");
        assertThat(raw(post("/api/v1/executions/run/cancel", "Content-Length: 10\r\n", "{")))
                .doesNotContain("202");
        assertThat(raw("")).isEmpty();
    }

    @Test
    void a_silent_execution_is_told_as_unknown_and_a_fault_without_its_insides() {
        node.executions.mute = true;
        try {
            Client.Reply reply = client.get(TOKEN, "/api/v1/executions/run").is(503);
            assertThat(reply.response().headers().firstValue("retry-after")).isPresent();
        } finally {
            node.executions.mute = false;
        }
        node.executions.broken = true;
        try {
            String answer = client.raw(TOKEN, "/api/v1/executions/run");
            assertThat(answer).contains("INTERNAL_ERROR", "trace_id").doesNotContain("planted", "Exception");
        } finally {
            node.executions.broken = false;
        }
    }

    @Test
    void an_answer_names_the_trace_of_its_request() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        Client.Reply reply = client.get(TOKEN, "/nowhere", "traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
                .is(404);
        assertThat(reply.json().at("/trace_id").asText()).isEqualTo(trace);
        assertThat(client.get(TOKEN, "/nowhere", "traceparent", "00-x-y-01")
                        .json()
                        .at("/trace_id")
                        .asText())
                .hasSize(32);
    }
}
