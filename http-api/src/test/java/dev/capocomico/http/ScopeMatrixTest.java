package dev.capocomico.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.capocomico.http.access.Action;
import dev.capocomico.http.contract.Operation;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every call, with every scope. */
@SuppressWarnings("JavaUtilDate") // the library's
class ScopeMatrixTest {
    private static final String OWNER = TestTokens.of("acme", "admin");
    private static final String WORKFLOW = """
            {"name": "%s", "version": "1", "tasks": [{"id": "wait", "wait_for": {"signal": "go"}}]}""";

    /** Which action each call is, written down here once more, so that a slip in the contract is seen. */
    private static final Map<String, Action> ACTIONS = Map.ofEntries(
            Map.entry("registerWorkflow", Action.REGISTER),
            Map.entry("listWorkflows", Action.READ),
            Map.entry("validateWorkflow", Action.READ),
            Map.entry("getWorkflow", Action.READ),
            Map.entry("executeWorkflow", Action.START),
            Map.entry("getWorkflowStatus", Action.READ),
            Map.entry("pauseWorkflow", Action.CONTROL),
            Map.entry("resumeWorkflow", Action.CONTROL),
            Map.entry("cancelWorkflow", Action.CONTROL),
            Map.entry("getExecution", Action.READ),
            Map.entry("listExecutions", Action.READ),
            Map.entry("getHistory", Action.READ),
            Map.entry("streamExecution", Action.READ),
            Map.entry("watchWorkflow", Action.READ),
            Map.entry("pauseExecution", Action.CONTROL),
            Map.entry("resumeExecution", Action.CONTROL),
            Map.entry("cancelExecution", Action.CONTROL),
            Map.entry("retryExecution", Action.CONTROL),
            Map.entry("releaseExecution", Action.CONTROL),
            Map.entry("signalExecution", Action.SIGNAL),
            Map.entry("cancelTask", Action.CONTROL),
            Map.entry("publishEvent", Action.PUBLISH),
            Map.entry("listPatterns", Action.READ),
            Map.entry("listAudit", Action.AUDIT),
            Map.entry("workflowCapacity", Action.READ));

    private static NodeInMemory node;
    private static HttpApi api;
    private static Client client;

    @BeforeAll
    static void start() {
        node = new NodeInMemory();
        api = HttpApi.start(TestSettings.USUAL, node.node());
        client = new Client(api.address());
        for (String name : List.of("mine", "mine_too", "other")) {
            client.post(OWNER, "/api/v1/workflows", WORKFLOW.formatted(name)).is(201);
            client.post(
                            OWNER,
                            "/api/v1/workflows/" + name + "/execute",
                            "{\"execution_options\": {\"execution_id\": \"run-%s\"}}".formatted(name))
                    .is(202);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        api.close();
        node.close();
    }

    private static String token(Object scopes) {
        return TestTokens.sign(new JWTClaimsSet.Builder()
                .subject("ann")
                .claim("tenant", "acme")
                .claim("roles", List.of("admin"))
                .claim("scopes", scopes)
                .expirationTime(Date.from(Instant.now().plusSeconds(600)))
                .build());
    }

    private static boolean isAboutOne(Operation operation) {
        String path = operation.path().text();
        return path.contains("{workflow}") || path.contains("{execution_id}");
    }

    private static int status(Operation operation, String token) {
        String path = operation
                .path()
                .text()
                .replace("{workflow}", "mine")
                .replace("{execution_id}", "run-mine")
                .replace("{signal}", "go")
                .replace("{task_id}", "wait");
        String body = Set.of("registerWorkflow", "validateWorkflow").contains(operation.id())
                ? WORKFLOW.formatted("mine")
                : operation.id().equals("publishEvent") ? "{\"topic\": \"mine\"}" : null;
        return client.send(operation.method(), token, path, body).status();
    }

    @Test
    void every_call_needs_the_scope_of_its_action_on_its_workflow() {
        List<Operation> guarded = client.contract().operations().stream()
                .filter(operation -> operation.role() != null)
                .toList();
        assertThat(guarded.stream().map(Operation::id)).containsExactlyInAnyOrderElementsOf(ACTIONS.keySet());
        for (Operation operation : guarded) {
            Action needed = ACTIONS.get(operation.id());
            assertThat(operation.action()).as(operation.id()).isEqualTo(needed);
            for (Action action : Action.values()) {
                for (String pattern : List.of("", ":*", ":mine", ":m*", ":other", ":mine_*", ":min")) {
                    String scope = action.wireName() + pattern;
                    int status = status(operation, token(List.of(scope)));
                    String what = operation.id() + " with " + scope;
                    boolean fits = List.of("", ":*", ":mine", ":m*").contains(pattern);
                    if (operation.open()) {
                        assertThat(status).as(what).isEqualTo(200);
                    } else if (isAboutOne(operation) && (!fits || action == Action.PUBLISH)) {
                        assertThat(status).as(what).isEqualTo(404);
                    } else if (action != needed) {
                        assertThat(status).as(what).isEqualTo(403);
                    } else if (fits || needed == Action.READ || needed == Action.AUDIT) {
                        assertThat(status).as(what).isNotIn(401, 403, 404);
                    } else {
                        assertThat(status).as(what).isEqualTo(403);
                    }
                }
            }
        }
    }

    @Test
    void an_approver_signals_what_waits_and_starts_and_sees_nothing_else() {
        String approver = token("signal:mine read:mine");
        client.post(OWNER, "/api/v1/workflows/mine/execute", "{\"execution_options\": {\"execution_id\": \"asks\"}}")
                .is(202);
        client.get(approver, "/api/v1/executions/asks").is(200);
        assertThat(client.post(approver, "/api/v1/workflows/mine/execute", "{}")
                        .is(403)
                        .json()
                        .at("/detail")
                        .asText())
                .isEqualTo("the token's scopes do not allow \"start\" on the workflow \"mine\"");
        client.post(approver, "/api/v1/executions/asks/cancel", null).is(403);
        client.get(approver, "/api/v1/executions/run-other").is(404);
        client.get(approver, "/api/v1/executions/run-other/history").is(404);
        client.get(approver, "/api/v1/executions/run-other/stream").is(404);
        client.post(approver, "/api/v1/executions/run-other/signals/go", "{}").is(404);
        client.post(approver, "/api/v1/executions/asks/signals/go", "{}").is(202);
        // Of what it may not know it is told the same as of what is not there.
        assertThat(client.get(approver, "/api/v1/executions/run-other")
                        .json()
                        .at("/detail")
                        .asText()
                        .replace("run-other", "x"))
                .isEqualTo(client.get(approver, "/api/v1/executions/absent")
                        .json()
                        .at("/detail")
                        .asText()
                        .replace("absent", "x"));
        String id = client.get(OWNER, "/api/v1/workflows/other")
                .json()
                .at("/workflow_id")
                .asText();
        client.get(approver, "/api/v1/workflows/" + id).is(404);
        client.get(
                        approver,
                        "/api/v1/workflows/"
                                + client.get(OWNER, "/api/v1/workflows/mine")
                                        .json()
                                        .at("/workflow_id")
                                        .asText())
                .is(200);
    }

    @Test
    void lists_show_what_the_scopes_are_about() {
        String some = token(List.of("read:mine*"));
        JsonNode executions =
                client.get(some, "/api/v1/executions?limit=500").is(200).json().at("/executions");
        assertThat(executions)
                .isNotEmpty()
                .allSatisfy(one -> assertThat(one.at("/workflow/name").asText()).startsWith("mine"));
        assertThat(client.get(some, "/api/v1/executions?workflow=other")
                        .is(200)
                        .json()
                        .at("/executions"))
                .isEmpty();
        JsonNode workflows =
                client.get(some, "/api/v1/workflows").is(200).json().at("/workflows");
        assertThat(workflows)
                .hasSize(2)
                .allSatisfy(one -> assertThat(one.at("/name").asText()).startsWith("mine"));
    }

    @Test
    void a_socket_of_a_workflow_that_no_scope_is_about_is_closed_like_one_of_none() throws Exception {
        String some = token(List.of("read:mine"));
        assertThat(SocketReader.open(api.address(), some, "/ws/workflows/other")
                        .closed()
                        .code())
                .isEqualTo(4404);
        assertThat(SocketReader.open(api.address(), some, "/ws/workflows/absent")
                        .closed()
                        .code())
                .isEqualTo(4404);
        assertThat(SocketReader.open(api.address(), some, "/ws/workflows/mine?execution_id=run-other")
                        .closed()
                        .code())
                .isEqualTo(4404);
    }

    @Test
    void a_word_that_is_no_scope_allows_nothing_and_is_told() {
        for (String word : List.of(
                "reed", "read:a b", "read:*a", "READ", "openid", "read:mine:", "read:", "*", "read:mine,signal")) {
            int status = client.get(token(List.of(word)), "/api/v1/executions").status();
            assertThat(status).as(word).isEqualTo(word.equals("read:mine:") ? 200 : 403);
        }
        assertThat(client.get(token("reed"), "/api/v1/workflows")
                        .is(403)
                        .json()
                        .at("/detail")
                        .asText())
                .isEqualTo("the token's scopes do not allow \"read\"; \"reed\" is no scope and allows nothing");
        // Nothing is not everything.
        client.get(token(List.of()), "/api/v1/workflows").is(403);
        client.get(token(""), "/api/v1/workflows").is(403);
        for (Object wrong : List.of(7, Map.of("read", true), List.of("read", 7), List.of(List.of("read")))) {
            assertThat(client.get(token(wrong), "/api/v1/workflows")
                            .is(401)
                            .json()
                            .at("/detail")
                            .asText())
                    .contains("\"scopes\" is no list");
        }
        client.get(token(java.util.Collections.nCopies(101, "read")), "/api/v1/workflows")
                .is(401);
    }

    @Test
    void a_scope_gives_nothing_that_the_role_does_not() {
        String viewer = TestTokens.sign(new JWTClaimsSet.Builder()
                .subject("ann")
                .claim("tenant", "acme")
                .claim("role", "viewer")
                .claim("scopes", List.of("start", "control", "read"))
                .expirationTime(Date.from(Instant.now().plusSeconds(600)))
                .build());
        client.get(viewer, "/api/v1/workflows/mine").is(200);
        client.post(viewer, "/api/v1/workflows/mine/execute", "{}").is(403);
    }
}
