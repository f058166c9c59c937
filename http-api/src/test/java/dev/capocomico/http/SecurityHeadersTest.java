package dev.capocomico.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SecurityHeadersTest {
    private static final String TOKEN = TestTokens.of(NodeInMemory.TENANT, "viewer");

    private static NodeInMemory node;
    private static HttpApi api;
    private static Wire wire;

    @BeforeAll
    static void start() {
        node = new NodeInMemory();
        api = HttpApi.start(TestSettings.USUAL, node.node());
        wire = new Wire(api.address(), TOKEN);
    }

    @AfterAll
    static void stop() throws Exception {
        api.close();
        node.close();
    }

    @Test
    void every_answer_tells_browsers_to_do_no_more_with_it_than_show_it() throws IOException {
        Map<String, String> asked = Map.of(
                "200", wire.get("/api/v1/executions"),
                "404", wire.get("/nowhere"),
                "401", wire.get("/api/v1/executions").replace(TOKEN, "x"),
                "405", wire.request("DELETE", "/health", "Connection: close\r\n", ""),
                "501", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "400", "GET /health HTTP/1.1\r\nHost: a b\r\n\r\n");
        for (var one : asked.entrySet()) {
            String answer = wire.raw(one.getValue());
            assertThat(answer)
                    .startsWith("HTTP/1.1 " + one.getKey() + " ")
                    .contains(
                            "X-Content-Type-Options: nosniff\r\n",
                            "Cache-Control: no-store\r\n",
                            "Referrer-Policy: no-referrer\r\n",
                            "Cross-Origin-Resource-Policy: same-origin\r\n",
                            "Content-Security-Policy: default-src 'none'; ",
                            "frame-ancestors 'none'")
                    .doesNotContain("Strict-Transport-Security");
        }
        assertThat(wire.raw(wire.get("/docs")))
                .contains("script-src 'self'", "frame-ancestors 'none'", "nosniff", "Cache-Control: no-cache\r\n");
    }

    @Test
    void a_token_that_does_not_do_is_told_why_and_one_that_is_missing_is_asked_for() throws IOException {
        assertThat(wire.raw(wire.get("/api/v1/executions").replaceAll("Authorization: [^\r]*\r\n", "")))
                .contains("WWW-Authenticate: Bearer realm=\"capocomico\"\r\n");
        assertThat(wire.raw(wire.get("/api/v1/executions").replace(TOKEN, "x.y.z")))
                .contains(
                        "WWW-Authenticate: Bearer realm=\"capocomico\", error=\"invalid_token\", error_description=\"the token cannot be read\"\r\n");
        assertThat(wire.raw(wire.request("POST", "/api/v1/executions/run/cancel", "Connection: close\r\n", "")))
                .startsWith("HTTP/1.1 403 ")
                .contains("error=\"insufficient_scope\", error_description=\"it needs the role operator\"\r\n");
    }

    @Test
    void whoever_serves_others_in_clear_text_is_warned() {
        assertThat(HttpApi.warnings("0.0.0.0", false))
                .singleElement()
                .asString()
                .contains("0.0.0.0", "TLS_CERTIFICATE");
        assertThat(HttpApi.warnings("0.0.0.0", true)).isEmpty();
        assertThat(HttpApi.warnings("127.0.0.1", false)).isEmpty();
        assertThat(HttpApi.warnings("::1", false)).isEmpty();
        assertThat(HttpApi.warnings("192.0.2.1", false)).hasSize(1);
    }
}
