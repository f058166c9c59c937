package dev.capocomico.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.http.Client.Reply;
import dev.capocomico.model.execution.ExecutionKey;
import java.time.Duration;

/** All that can be done to a workflow, as {@link ContractTest} goes through it. */
final class WorkflowsRound {
    static final String APPROVAL = """
            workflow:
              name: approval
              version: "1"
              input_schema: {type: object, properties: {n: {type: integer}}}
              agents: {clerk: {type: clerk, count: 2, resources: {cpu: "500m", memory: "1GB"}}}
              tasks:
                - {id: ask, agent: clerk}
                - {id: approve, wait_for: {signal: approval}, depends_on: []}
            """;

    private static final String TOKEN = TestTokens.of(NodeInMemory.TENANT, "operator");

    private final NodeInMemory node;
    private final Client client;

    WorkflowsRound(NodeInMemory node, Client client) {
        this.node = node;
        this.client = client;
    }

    void registered() {
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

    void newest() {
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
        node.executions.passTime(new ExecutionKey(NodeInMemory.TENANT, "l-1"), Duration.ofMinutes(1));
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
}
