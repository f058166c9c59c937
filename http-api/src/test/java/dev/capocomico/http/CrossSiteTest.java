package dev.capocomico.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.http.access.AccessSettings;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a web page in a browser of the machine can do to a server that asks for no token, as bytes of such a browser. */
class CrossSiteTest {
    private static final String UPGRADE = """
            Upgrade: websocket
            Connection: Upgrade
            Sec-WebSocket-Version: 13
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
            """.replace("\n", "\r\n");
    private static final String CANCEL = "/api/v1/executions/run/cancel";

    private static NodeInMemory node;
    private static HttpApi insecure;
    private static HttpApi secure;
    private static Wire wire;
    private static String own;

    @BeforeAll
    static void start() {
        node = new NodeInMemory();
        insecure = HttpApi.start(
                HttpSettings.of("127.0.0.1", 0, new AccessSettings.Insecure(NodeInMemory.TENANT)),
                new Doors(null, new Doors.Management("127.0.0.1", 0)),
                node.node());
        secure = HttpApi.start(TestSettings.USUAL, node.node());
        wire = new Wire(insecure.address(), "none");
        own = "127.0.0.1:" + insecure.address().getPort();
        Client client = new Client(insecure.address());
        client.post(null, "/api/v1/workflows", """
                        {"name": "mine", "version": "1", "tasks": [{"id": "wait", "wait_for": {"signal": "go"}}]}""").is(201);
        client.post(null, "/api/v1/workflows/mine/execute", "{\"execution_options\": {\"execution_id\": \"run\"}}")
                .is(202);
    }

    @AfterAll
    static void stop() throws Exception {
        insecure.close();
        secure.close();
        node.close();
    }

    private static String ask(String method, String path, String host, String headers) throws IOException {
        return wire.raw(
                "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s\r\n".formatted(method, path, host, headers));
    }

    private static String code(String answer) {
        return answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length());
    }

    private static void nothingHasChanged() throws IOException {
        assertThat(ask("GET", "/api/v1/executions/run", own, "")).contains("\"status\":\"executing\"");
    }

    /** The page's own name leads to this machine now, so that for the browser it is of one origin with the server. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:%d",
                "127.0.0.1.evil.example:%d",
                "localhost.evil.example",
                "localhost.:%d",
                "evil.localhost:%d",
                "0.0.0.0:%d",
                "192.168.0.1:%d",
                "[::2]:%d",
                "2130706433:%d",
                "127.1:%d"
            })
    void a_foreign_host_is_refused_whatever_it_asks(String said) throws IOException {
        String host = said.formatted(insecure.address().getPort());
        for (String path : new String[] {"/api/v1/executions/run", "/health", "/metrics", "/docs", "/nowhere"}) {
            String answer = ask("GET", path, host, "Sec-Fetch-Site: same-origin\r\n");
            assertThat(code(answer)).as(path).isIn("421", "400");
            assertThat(answer).doesNotContain("executing");
        }
        ask("POST", CANCEL, host, "Origin: http://" + host + "\r\n");
        nothingHasChanged();
    }

    @Test
    void names_of_this_machine_are_none_that_are_foreign() throws IOException {
        for (String host : new String[] {"127.0.0.1", "LocalHost:8080", "127.0.0.2:1", "[::1]:8080", own}) {
            assertThat(code(ask("GET", "/api/v1/executions/run", host, "")))
                    .as(host)
                    .isEqualTo("200");
        }
        assertThat(wire.raw("GET /health HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: https://evil.example",
                "Origin: null",
                "Origin: http://127.0.0.1",
                "Origin: http://localhost:%d",
                "Origin: https://127.0.0.1:%d",
                "Origin: http://127.0.0.1:%d.evil.example",
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: same-site",
                "Origin: http://127.0.0.1:%d\r\nSec-Fetch-Site: cross-site",
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0",
                "Content-Type: text/plain;charset=UTF-8\r\nContent-Length: 0",
                "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 0"
            })
    void a_call_of_another_sites_page_changes_nothing(String said) throws IOException {
        String headers = said.formatted(insecure.address().getPort()) + "\r\n";
        for (var operation : new Client(insecure.address()).contract().operations()) {
            if (!operation.method().equals("GET")) {
                String path = operation
                        .path()
                        .text()
                        .replace("{workflow}", "mine")
                        .replace("{execution_id}", "run")
                        .replace("{signal}", "go")
                        .replace("{task_id}", "wait");
                String answer = ask(operation.method(), path, own, headers);
                assertThat(code(answer)).as(operation.id()).isEqualTo("403");
                assertThat(answer).contains("CROSS_SITE").doesNotContain("Access-Control-Allow");
            }
        }
        nothingHasChanged();
    }

    @Test
    void a_page_of_another_site_opens_no_web_socket_and_no_stream() throws IOException {
        for (String from : new String[] {
            "Origin: https://evil.example\r\n",
            "Origin: null\r\n",
            "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n"
        }) {
            assertThat(code(ask(
                            "GET",
                            "/ws/workflows/mine",
                            own,
                            UPGRADE.replace("Connection: Upgrade\r\n", "Connection: Upgrade\r\n" + from))))
                    .isEqualTo("403");
        }
        assertThat(code(ask("GET", "/api/v1/executions/run/stream", own, "Origin: https://evil.example\r\n")))
                .isEqualTo("403");
        assertThat(code(ask(
                        "GET", "/api/v1/executions", own, "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n")))
                .isEqualTo("403");
        assertThat(code(ask(
                        "OPTIONS",
                        "/api/v1/workflows",
                        own,
                        "Origin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\n")))
                .isEqualTo("403");
    }

    @Test
    void the_servers_own_page_and_links_to_it_and_programs_are_served() throws IOException {
        String page = "Origin: http://" + own + "\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 0\r\n";
        assertThat(code(ask("POST", "/api/v1/executions/run/pause", own, page))).isEqualTo("200");
        assertThat(code(ask("POST", "/api/v1/executions/run/resume", own, ""))).isEqualTo("200");
        assertThat(code(ask("GET", "/docs", own, "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n")))
                .isEqualTo("200");
        assertThat(code(ask("GET", "/docs", own, "Sec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate\r\n")))
                .isEqualTo("200");
    }

    @Test
    void the_address_for_machines_is_guarded_as_well_where_browsers_reach_it() throws IOException {
        Wire machines = new Wire(insecure.managementAddress().orElseThrow(), "none");
        String get = "GET /metrics HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n";
        assertThat(machines.raw(get.formatted("evil.example"))).startsWith("HTTP/1.1 421 ");
        assertThat(machines.raw(get.formatted("localhost"))).startsWith("HTTP/1.1 200 ");
    }

    /** There a page has no token unless it was given one, whatever its name and origin. */
    @Test
    void a_server_that_asks_for_tokens_may_have_any_name() throws IOException {
        Wire guarded = new Wire(secure.address(), TestTokens.of(NodeInMemory.TENANT, "viewer"));
        String get = guarded.get("/api/v1/executions/run")
                .replace("Host: x", "Host: capo.example\r\nOrigin: https://shop.example");
        assertThat(guarded.raw(get)).startsWith("HTTP/1.1 200 ").doesNotContain("Access-Control-Allow");
        assertThat(guarded.raw(get.replaceAll("Authorization: [^\r]*\r\n", ""))).startsWith("HTTP/1.1 401 ");
    }
}
