package dev.capocomico.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.capocomico.http.access.AccessSettings;
import dev.capocomico.http.access.Role;
import dev.capocomico.http.contract.Operation;
import java.net.URI;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every call, by everybody. */
class AccessMatrixTest {
    private static final String OWNER = TestTokens.of("acme", "admin");
    private static final String WORKFLOW = """
            {"name": "mine", "version": "1", "tasks": [{"id": "wait", "wait_for": {"signal": "go"}}]}""";

    /** Who may do what, written down here once more, so that a slip in the contract is seen. */
    private static final Map<String, String> LEAST_ROLE = Map.ofEntries(
            Map.entry("registerWorkflow", "operator"),
            Map.entry("listWorkflows", "viewer"),
            Map.entry("validateWorkflow", "viewer"),
            Map.entry("getWorkflow", "viewer"),
            Map.entry("executeWorkflow", "operator"),
            Map.entry("getWorkflowStatus", "viewer"),
            Map.entry("pauseWorkflow", "operator"),
            Map.entry("resumeWorkflow", "operator"),
            Map.entry("cancelWorkflow", "operator"),
            Map.entry("getExecution", "viewer"),
            Map.entry("listExecutions", "viewer"),
            Map.entry("getHistory", "viewer"),
            Map.entry("streamExecution", "viewer"),
            Map.entry("watchWorkflow", "viewer"),
            Map.entry("pauseExecution", "operator"),
            Map.entry("resumeExecution", "operator"),
            Map.entry("cancelExecution", "operator"),
            Map.entry("retryExecution", "operator"),
            Map.entry("releaseExecution", "operator"),
            Map.entry("signalExecution", "operator"),
            Map.entry("cancelTask", "operator"),
            Map.entry("publishEvent", "operator"),
            Map.entry("listPatterns", "viewer"),
            Map.entry("listAudit", "admin"),
            Map.entry("health", "nobody"),
            Map.entry("ready", "nobody"),
            Map.entry("workflowCapacity", "nobody"),
            Map.entry("metrics", "nobody"),
            Map.entry("contract", "nobody"),
            Map.entry("docs", "nobody"),
            Map.entry("docsFile", "nobody"));

    private static NodeInMemory node;
    private static HttpApi api;
    private static Client client;

    @BeforeAll
    static void start() {
        node = new NodeInMemory();
        api = HttpApi.start(
                HttpSettings.of("127.0.0.1", 0, AccessSettings.SharedSecret.of(TestTokens.SECRET)), node.node());
        client = new Client(api.address());
        client.post(OWNER, "/api/v1/workflows", WORKFLOW).is(201);
        client.post(OWNER, "/api/v1/workflows/mine/execute", "{\"execution_options\": {\"execution_id\": \"run\"}}")
                .is(202);
    }

    @AfterAll
    static void stop() throws Exception {
        api.close();
        node.close();
    }

    @Test
    void every_call_is_open_to_its_roles_and_to_nobody_else() {
        assertThat(client.contract().operations().stream().map(Operation::id))
                .containsExactlyInAnyOrderElementsOf(LEAST_ROLE.keySet());
        for (Operation operation : client.contract().operations()) {
            String least = LEAST_ROLE.get(operation.id());
            if (least.equals("nobody")) {
                assertThat(status(operation, null)).isEqualTo(200);
                continue;
            }
            for (String token : new String[] {null, "nonsense", OWNER + "x"}) {
                assertThat(status(operation, token)).as(operation.id()).isEqualTo(401);
            }
            assertThat(status(operation, TestTokens.of("acme"))).isEqualTo(403);
            for (Role role : Role.values()) {
                boolean may = role.allows(Role.named(least).orElseThrow());
                int status = status(operation, TestTokens.of("acme", role.wireName()));
                assertThat(status == 403)
                        .as(operation.id() + " " + role + " " + status)
                        .isNotEqualTo(may);
                assertThat(status).isNotEqualTo(401);
            }
        }
    }

    @Test
    void what_another_tenant_owns_is_not_found_and_stays_as_it_is() {
        String foreign = TestTokens.of("other", "admin");
        var before = client.get(OWNER, "/api/v1/executions/run").json();
        for (Operation operation : client.contract().operations()) {
            if (operation.path().text().contains("{workflow}")
                    || operation.path().text().contains("{execution_id}")) {
                assertThat(status(operation, foreign)).as(operation.id()).isEqualTo(404);
            }
        }
        assertThat(client.get(foreign, "/api/v1/workflows").json().at("/workflows"))
                .isEmpty();
        assertThat(client.get(foreign, "/api/v1/executions").json().at("/executions"))
                .isEmpty();
        assertThat(client.get(OWNER, "/api/v1/executions/run").json()).isEqualTo(before);
        // The same names mean other things.
        client.post(foreign, "/api/v1/workflows", WORKFLOW).is(201);
        client.post(
                        foreign,
                        "/api/v1/workflows/mine/execute",
                        "{\"input_data\": 7, \"execution_options\": {\"execution_id\": \"run\"}}")
                .is(202);
        assertThat(client.get(OWNER, "/api/v1/executions/run").json()).isEqualTo(before);
    }

    @Test
    void a_tenant_that_is_said_anywhere_but_in_the_token_changes_nothing() {
        String foreign = TestTokens.of("third", "admin");
        assertThat(client.get(foreign, "/api/v1/executions/run?tenant=acme")
                        .is(400)
                        .code())
                .isEqualTo("INVALID_PARAMETER");
        client.get(foreign, "/api/v1/executions/run", "X-Tenant", "acme", "Tenant", "acme")
                .is(404);
        client.get(foreign, "/api/v1/executions/acme%2Frun").is(404);
        client.get(foreign, "/api/v1/workflows/mine", "X-Tenant-Id", "acme").is(404);
        client.post(foreign, "/api/v1/workflows", WORKFLOW).is(201);
        String smuggled = "{\"tenant\": \"acme\", \"execution_options\": {\"tenant\": \"acme\"}}";
        assertThat(client.post(foreign, "/api/v1/workflows/mine/execute", smuggled)
                        .is(422)
                        .json()
                        .at("/errors"))
                .hasSize(2);
    }

    @Test
    void without_tokens_the_server_listens_to_its_own_machine_only() {
        HttpSettings open = HttpSettings.of("0.0.0.0", 0, new AccessSettings.Insecure("acme"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpApi.start(open, node.node()))
                .withMessageContaining("loopback");
        HttpSettings local = HttpSettings.of("localhost", 0, new AccessSettings.Insecure("acme"));
        try (HttpApi insecure = HttpApi.start(local, node.node())) {
            new Client(insecure.address()).get(null, "/api/v1/workflows").is(200);
        }
    }

    @Test
    @SuppressWarnings("JavaUtilDate") // the library's
    void while_keys_cannot_be_read_callers_are_asked_to_come_again_and_not_turned_away() throws Exception {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k").build(),
                new JWTClaimsSet.Builder()
                        .subject("ann")
                        .claim("tenant", "acme")
                        .expirationTime(Date.from(Instant.now().plusSeconds(600)))
                        .build());
        jwt.sign(new RSASSASigner(new RSAKeyGenerator(2048).keyID("k").generate()));
        // Nobody listens at such a port.
        AccessSettings away = new AccessSettings.Jwks(URI.create("http://127.0.0.1:1/keys"), AccessSettings.Claims.ANY);
        try (HttpApi waiting = HttpApi.start(HttpSettings.of("127.0.0.1", 0, away), node.node())) {
            Client caller = new Client(waiting.address());
            for (int i = 0; i < 5; i++) {
                Client.Reply reply =
                        caller.get(jwt.serialize(), "/api/v1/workflows").is(503);
                assertThat(reply.response().headers().firstValue("retry-after")).hasValue("1");
            }
            caller.get("nonsense", "/api/v1/workflows").is(401);
            assertThat(caller.get(jwt.serialize(), "/workflow-capacity")
                            .is(200)
                            .json()
                            .has("tenant"))
                    .as("who it is nobody can say")
                    .isFalse();
        }
    }

    private int status(Operation operation, String token) {
        String path = operation
                .path()
                .text()
                .replace("{workflow}", "mine")
                .replace("{execution_id}", "run")
                .replace("{signal}", "go")
                .replace("{task_id}", "wait")
                .replace("{file}", "swagger-ui.css");
        return client.send(operation.method(), token, path, operation.id().startsWith("register") ? "{}" : null)
                .status();
    }
}
