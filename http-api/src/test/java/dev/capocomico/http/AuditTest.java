package dev.capocomico.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.capocomico.engine.store.AuditLog.Entry;
import dev.capocomico.http.audit.TrustedProxies;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who was not let, and who may see it. What was accepted is tested with the database. */
@SuppressWarnings("JavaUtilDate") // the library's
class AuditTest {
    private static final String ADMIN = TestTokens.of("acme", "admin");
    private static final String VIEWER = TestTokens.of("acme", "viewer");
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private NodeInMemory node;
    private HttpApi api;
    private Client client;

    @BeforeEach
    void start() {
        node = new NodeInMemory();
        api = HttpApi.start(
                TestSettings.USUAL,
                new Doors(
                        null,
                        null,
                        TrustedProxies.parse("127.0.0.1, 10.0.0.0/8").orElseThrow()),
                node.node());
        client = new Client(api.address());
        client.post(ADMIN, "/api/v1/workflows", """
                        {"name": "mine", "version": "1", "tasks": [{"id": "wait", "wait_for": {"signal": "go"}}]}""").is(201);
        client.post(ADMIN, "/api/v1/workflows/mine/execute", "{\"execution_options\": {\"execution_id\": \"run\"}}")
                .is(202);
    }

    @AfterEach
    void stop() throws Exception {
        api.close();
        node.close();
    }

    private Entry await(Predicate<Entry> wanted) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            var found = node.audit.entries().stream().filter(wanted).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            assertThat(System.nanoTime()).as("%s", node.audit.entries()).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static String narrowed(String... scopes) {
        return TestTokens.sign(new JWTClaimsSet.Builder()
                .subject("ann")
                .claim("tenant", "acme")
                .claim("roles", List.of("admin"))
                .claim("scopes", List.of(scopes))
                .expirationTime(Date.from(Instant.now().plusSeconds(600)))
                .build());
    }

    @Test
    void whoever_may_not_is_written_down_with_what_from_where_and_under_which_trace() throws Exception {
        client.post(
                        VIEWER,
                        "/api/v1/executions/run/signals/go",
                        null,
                        "traceparent",
                        "00-" + TRACE + "-00f067aa0ba902b7-01",
                        "X-Forwarded-For",
                        "203.0.113.9, 198.51.100.1, 10.1.2.3")
                .is(403);
        Entry role = await(entry -> entry.action().equals("signalExecution"));
        assertThat(role.tenant()).isEqualTo("acme");
        assertThat(role.subject()).isEqualTo("tester");
        assertThat(role.executionId()).isEqualTo("run");
        assertThat(role.target()).isEqualTo("go");
        assertThat(role.reason()).isEqualTo("this call needs the role \"operator\"");
        assertThat(role.traceId()).isEqualTo(TRACE);
        // The last that nobody who is believed has vouched for; what stands before it anybody may have written.
        assertThat(role.address()).isEqualTo("198.51.100.1");

        client.post(narrowed("read"), "/api/v1/workflows/mine/execute", "{}").is(403);
        assertThat(await(entry -> entry.action().equals("executeWorkflow")).workflow())
                .isEqualTo("mine");
        client.get(narrowed("read:other"), "/api/v1/executions/run").is(404);
        Entry hidden = await(entry -> entry.action().equals("getExecution"));
        assertThat(hidden.reason()).isEqualTo("the token's scopes are about other workflows");

        client.get(ADMIN + "x", "/api/v1/executions/secret-name").is(401);
        Entry stranger = await(entry -> entry.tenant() == null);
        assertThat(stranger.executionId())
                .as("what a stranger has sent is not kept")
                .isNull();
        assertThat(stranger.reason()).isEqualTo("the token's signature is wrong");
        assertThat(stranger.address()).isEqualTo("127.0.0.1");
    }

    /** A thousand refusals cost the database what one costs. */
    @Test
    void refusals_that_are_alike_are_one_entry_with_a_number_and_their_kinds_are_bounded() throws Exception {
        for (int i = 0; i < 300; i++) {
            client.get(null, "/api/v1/workflows").is(401);
        }
        await(entry -> entry.action().equals("listWorkflows"));
        api.close();
        List<Entry> entries = node.audit.entries();
        assertThat(entries.stream().mapToInt(Entry::times).sum()).isEqualTo(300);
        assertThat(entries).hasSizeLessThan(30);
    }

    @Test
    void what_was_noted_is_written_before_the_server_has_stopped() {
        client.post(VIEWER, "/api/v1/executions/run/cancel", null).is(403);
        api.close();
        assertThat(node.audit.entries()).extracting(Entry::action).containsExactly("cancelExecution");
    }

    @Test
    void an_admin_sees_the_audit_of_the_tenant_and_narrows_it() throws Exception {
        for (int i = 0; i < 3; i++) {
            client.post(VIEWER, "/api/v1/executions/run-" + i + "/cancel", null).is(403);
        }
        client.get(null, "/api/v1/workflows").is(401);
        await(entry -> "run-2".equals(entry.executionId()));
        await(entry -> entry.tenant() == null);
        JsonNode page = client.get(ADMIN, "/api/v1/audit?limit=2").is(200).json();
        assertThat(page.at("/audit")).hasSize(2);
        JsonNode rest = client.get(
                        ADMIN, "/api/v1/audit?cursor=" + page.at("/next_cursor").asText())
                .is(200)
                .json();
        assertThat(rest.at("/audit")).hasSize(1);
        assertThat(rest.has("next_cursor")).isFalse();
        assertThat(client.get(ADMIN, "/api/v1/audit?subject=tester&action=cancelExecution&outcome=denied")
                        .is(200)
                        .json()
                        .at("/audit"))
                .hasSize(3);
        assertThat(client.get(ADMIN, "/api/v1/audit?subject=eve").json().at("/audit"))
                .isEmpty();
        assertThat(client.get(TestTokens.of("other", "admin"), "/api/v1/audit")
                        .json()
                        .at("/audit"))
                .as("of another tenant")
                .isEmpty();
        JsonNode strangers = client.get(TestTokens.of("default", "admin"), "/api/v1/audit")
                .json()
                .at("/audit");
        assertThat(strangers).isNotEmpty().allSatisfy(one -> assertThat(one.has("subject"))
                .isFalse());
        for (String role : List.of("viewer", "operator", "agent")) {
            client.get(TestTokens.of("acme", role), "/api/v1/audit").is(403);
        }
        for (String wrong : List.of("since=soon", "outcome=maybe", "cursor=abc", "limit=501")) {
            client.get(ADMIN, "/api/v1/audit?" + wrong).is(400);
        }
    }

    @Test
    void what_nobody_vouched_for_is_no_address() {
        TrustedProxies proxies =
                TrustedProxies.parse("10.0.0.0/8, 2001:db8::/32").orElseThrow();
        assertThat(TrustedProxies.parse("10.0.0.0/33")).isEmpty();
        assertThat(TrustedProxies.parse("proxy.example")).isEmpty();
        assertThat(TrustedProxies.parse("300.1.1.1")).isEmpty();
        assertThat(TrustedProxies.parse("")).isEmpty();
        assertThat(address(TrustedProxies.NONE, "10.0.0.1", "192.0.2.1")).isEqualTo("10.0.0.1");
        assertThat(address(proxies, "11.0.0.1", "192.0.2.1")).isEqualTo("11.0.0.1");
        assertThat(address(proxies, "10.0.0.1")).isEqualTo("10.0.0.1");
        assertThat(address(proxies, "10.0.0.1", "192.0.2.1")).isEqualTo("192.0.2.1");
        assertThat(address(proxies, "10.0.0.1", "1.1.1.1, 192.0.2.1", "10.2.2.2"))
                .isEqualTo("192.0.2.1");
        assertThat(address(proxies, "10.0.0.1", "192.0.2.1:4711")).isEqualTo("192.0.2.1");
        assertThat(address(proxies, "2001:db8::1", "[2001:db9::7]:80")).isEqualTo("2001:db9:0:0:0:0:0:7");
        assertThat(address(proxies, "10.0.0.1", "1.1.1.1, evil.example")).isEqualTo("10.0.0.1");
        assertThat(address(proxies, "10.0.0.1", "unknown")).isEqualTo("10.0.0.1");
        assertThat(address(proxies, "10.0.0.1", "10.0.0.2")).isEqualTo("10.0.0.2");
    }

    private static String address(TrustedProxies proxies, String peer, String... forwardedFor) {
        try {
            return proxies.client(java.net.InetAddress.getByName(peer), List.of(forwardedFor))
                    .getHostAddress();
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
