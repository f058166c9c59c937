package dev.capocomico.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.http.access.AccessSettings;
import dev.capocomico.http.access.Role;
import dev.capocomico.http.answer.ProblemCode;
import dev.capocomico.http.contract.Contract;
import dev.capocomico.http.contract.Operation;
import dev.capocomico.model.execution.ExecutionKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.junit.jupiter.api.Test;

/** What the contract shows people is true: its examples fit, and work as they stand, which is how {@code /docs} fills them in. */
class ContractExamplesTest {
    private static final String TOKEN = TestTokens.of(NodeInMemory.TENANT, "admin");
    private static final ExecutionKey ORDER = new ExecutionKey(NodeInMemory.TENANT, "order-17");

    /** In this order each call can be made. */
    private static final List<String> ROUND = List.of(
            "validateWorkflow",
            "registerWorkflow",
            "listWorkflows",
            "getWorkflow",
            "listPatterns",
            "executeWorkflow",
            "getWorkflowStatus",
            "pauseWorkflow",
            "resumeWorkflow",
            "listExecutions",
            "getExecution",
            "getHistory",
            "streamExecution",
            "watchWorkflow",
            "pauseExecution",
            "resumeExecution",
            "signalExecution",
            "publishEvent",
            "cancelTask",
            "cancelExecution",
            "retryExecution",
            "releaseExecution",
            "cancelWorkflow",
            "health",
            "ready",
            "workflowCapacity",
            "metrics",
            "listAudit",
            "contract",
            "docs",
            "docsFile");

    /** Whatever a page shows as JSON says what it is: an example of the contract, or something that fits a schema of it. */
    private static final Pattern SHOWN =
            Pattern.compile("<!-- (example|fits): (\\w+) -->\n```json\n(.*?)```", Pattern.DOTALL);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Contract contract = Contract.load();

    @Test
    void every_example_fits_its_schema() {
        for (Operation operation : contract.operations()) {
            for (JsonNode parameter : parameters(operation)) {
                JsonNode example = parameter.path("example");
                if (!example.isMissingNode()) {
                    fits(operation, parameter.path("schema"), example);
                }
            }
            contents(operation).forEach(content -> content.properties().forEach(type -> examples(type.getValue())
                    .forEach(example -> fits(operation, type.getValue().path("schema"), example))));
        }
    }

    private void fits(Operation operation, JsonNode schema, JsonNode example) {
        assertThat(contract.schema(schema).misfits(example))
                .as("%s: %s", operation.id(), example)
                .isEmpty();
    }

    @Test
    void whatever_is_sent_or_answered_has_an_example() {
        for (Operation operation : contract.operations()) {
            for (JsonNode parameter : parameters(operation)) {
                assertThat(parameter.path("description").asText())
                        .as("%s: %s", operation.id(), parameter)
                        .isNotBlank();
                assertThat(parameter.has("example"))
                        .as("%s: %s", operation.id(), parameter)
                        .isEqualTo(parameter.path("in").asText().equals("path"));
            }
            Set<String> files = Set.of("contract", "docs", "docsFile");
            contents(operation)
                    .filter(content -> !files.contains(operation.id()) || content.has("application/problem+json"))
                    .forEach(content -> content.properties().forEach(type -> assertThat(examples(type.getValue()))
                            .as("%s: %s", operation.id(), type)
                            .isNotEmpty()));
        }
    }

    @Test
    void every_operation_says_what_it_does_and_who_may_call_it() {
        Set<String> tags = new HashSet<>();
        contract.tree().path("tags").forEach(tag -> {
            assertThat(tag.path("description").asText()).isNotBlank();
            tags.add(tag.path("name").asText());
        });
        Set<String> summaries = new HashSet<>();
        for (Operation operation : contract.operations()) {
            JsonNode said = said(operation);
            Role role = operation.open() ? null : operation.role();
            assertThat(said.path("description").asText().strip())
                    .as(operation.id())
                    .endsWith(role == null ? "No token is needed." : "Least role: `" + role.wireName() + "`.")
                    .hasSizeGreaterThan(60);
            assertThat(summaries.add(said.path("summary").asText()))
                    .as(operation.id())
                    .isTrue();
            assertThat(tags).as(operation.id()).contains(said.at("/tags/0").asText());
        }
    }

    /** Where a comma in a description was not quoted, what follows it would be a key without a value. */
    @Test
    void no_key_is_without_a_value() {
        noNulls("", contract.tree());
    }

    private static void noNulls(String path, JsonNode node) {
        node.properties().forEach(entry -> {
            String here = path + "/" + entry.getKey();
            assertThat(entry.getValue().isNull() && !here.startsWith("/components/examples/"))
                    .as(here)
                    .isFalse();
            noNulls(here, entry.getValue());
        });
        if (node.isArray()) {
            node.forEach(item -> noNulls(path + "/-", item));
        }
    }

    @Test
    void the_problems_that_are_shown_are_those_that_there_are() {
        contract.tree().at("/components/responses").properties().forEach(response -> {
            JsonNode problem = response.getValue().at("/content/application~1problem+json/example");
            ProblemCode code = ProblemCode.valueOf(problem.path("code").asText());
            assertThat(problem.path("status").asInt()).as(response.getKey()).isEqualTo(code.status());
            assertThat(problem.path("title").asText())
                    .isEqualTo(StatusCodes.get(code.status()).reason());
        });
        for (Operation operation : contract.operations()) {
            said(operation).path("responses").properties().forEach(response -> {
                JsonNode problem =
                        resolved(response.getValue()).at("/content/application~1problem+json/example/status");
                if (!problem.isMissingNode()) {
                    assertThat(problem.asText()).as(operation.id()).isEqualTo(response.getKey());
                }
            });
        }
    }

    @Test
    void the_page_about_http_shows_the_same_workflow_and_the_same_answers() throws Exception {
        String page =
                Files.readString(Path.of(System.getProperty("capocomico.root")).resolve("docs/http.md"));
        JsonNode components = contract.tree().path("components");
        assertThat(page)
                .contains("```yaml\n"
                        + components.at("/examples/OrderAsYaml/value").asText() + "```");
        List<MatchResult> shown = SHOWN.matcher(page).results().toList();
        assertThat(shown).hasSizeGreaterThan(3).hasSize(page.split("```json", -1).length - 1);
        for (MatchResult one : shown) {
            JsonNode json = JSON.readTree(one.group(3));
            if (one.group(1).equals("example")) {
                assertThat(json).as(one.group(2)).isEqualTo(components.at("/examples/" + one.group(2) + "/value"));
            } else {
                assertThat(contract.schema(one.group(2)).misfits(json))
                        .as(one.group(2))
                        .isEmpty();
            }
        }
    }

    @Test
    void every_call_works_as_it_is_filled_in_and_its_answer_looks_like_the_example() throws Exception {
        assertThat(contract.operations().stream().map(Operation::id)).containsExactlyInAnyOrderElementsOf(ROUND);
        NodeInMemory node = new NodeInMemory();
        HttpSettings settings = HttpSettings.of("127.0.0.1", 0, AccessSettings.SharedSecret.of(TestTokens.SECRET));
        try (HttpApi api = HttpApi.start(settings, node.node())) {
            Client client = new Client(api.address());
            theBrowserAsksNobodyElse(client);
            for (String id : ROUND) {
                if (id.equals("retryExecution")) {
                    node.executions.passTime(ORDER, Duration.ofMinutes(1));
                }
                if (id.equals("releaseExecution")) {
                    node.executions.quarantined.put(ORDER, "step 2 is damaged");
                }
                call(client, operation(id));
            }
        } finally {
            node.close();
        }
    }

    private static void theBrowserAsksNobodyElse(Client client) {
        Client.Reply page = client.get(null, "/docs").is(200);
        assertThat(page.response().headers().firstValue("content-security-policy"))
                .contains("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                        + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        // What stands in the page itself would not be run.
        assertThat(page.json().asText()).doesNotContainPattern("<script>|<style|style=|onload=");
    }

    private Operation operation(String id) {
        return contract.operations().stream()
                .filter(operation -> operation.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private void call(Client client, Operation operation) {
        String path = filledIn(operation);
        if (operation.isSocket()) {
            client.send(operation.method(), TOKEN, path, null).is(426);
            return;
        }
        List<Client.Reply> replies = new ArrayList<>();
        if (operation.body() == null) {
            replies.add(client.send(operation.method(), TOKEN, path, null));
        } else {
            for (var type : resolved(said(operation).path("requestBody"))
                    .path("content")
                    .properties()) {
                for (JsonNode example : examples(type.getValue())) {
                    String body = example.isTextual() ? example.asText() : example.toString();
                    replies.add(client.send(operation.method(), TOKEN, path, body, "Content-Type", type.getKey()));
                }
            }
        }
        for (Client.Reply reply : replies) {
            assertThat(reply.status())
                    .as("%s: %s", operation.id(), reply.json())
                    .isLessThan(300);
            List<JsonNode> shown =
                    examples(resolved(said(operation).path("responses").path(Integer.toString(reply.status())))
                            .at("/content/application~1json"));
            if (!shown.isEmpty()) {
                assertThat(shown.stream().map(ContractExamplesTest::keys))
                        .as(operation.id())
                        .contains(keys(reply.json()));
            }
        }
    }

    private static Set<String> keys(JsonNode object) {
        Set<String> keys = new HashSet<>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    private String filledIn(Operation operation) {
        String path = operation.path().text();
        for (JsonNode parameter : parameters(operation)) {
            path = path.replace(
                    "{" + parameter.path("name").asText() + "}",
                    parameter.path("example").asText());
        }
        return path;
    }

    private JsonNode said(Operation operation) {
        return contract.tree()
                .path("paths")
                .path(operation.path().text())
                .path(operation.method().toLowerCase(Locale.ROOT));
    }

    private List<JsonNode> parameters(Operation operation) {
        JsonNode path = contract.tree().path("paths").path(operation.path().text());
        return Stream.of(path, said(operation))
                .flatMap(place -> place.path("parameters").valueStream())
                .map(this::resolved)
                .toList();
    }

    private Stream<JsonNode> contents(Operation operation) {
        return Stream.concat(
                        Stream.of(said(operation).path("requestBody")),
                        said(operation).path("responses").valueStream())
                .map(this::resolved)
                .map(part -> part.path("content"));
    }

    private List<JsonNode> examples(JsonNode mediaType) {
        List<JsonNode> examples = new ArrayList<>();
        if (mediaType.has("example")) {
            examples.add(mediaType.get("example"));
        }
        mediaType
                .path("examples")
                .forEach(example -> examples.add(resolved(example).path("value")));
        return examples;
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? contract.tree().at(node.get("$ref").asText().substring(1)) : node;
    }
}
