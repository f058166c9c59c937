package dev.capocomico.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.capocomico.http.access.AccessSettings;
import dev.capocomico.http.contract.Operation;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Thousands of calls made from the contract and then broken: every answer is one that the contract knows, none is a fault of the
 * server. {@code -Dcapocomico.seed=N} makes the same again.
 */
class FuzzTest {
    private static final int CALLS_PER_OPERATION = 400;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String TOKEN = TestTokens.of(NodeInMemory.TENANT, "operator");
    private static final List<String> WORDS = List.of(
            "order",
            "order:1",
            "run",
            "",
            "a",
            "null",
            "-1",
            "0",
            "1e400",
            "true",
            "PT5M",
            "250ms",
            "\u0000",
            "\ud83d\ude00",
            "../..",
            "%",
            "'; DROP TABLE execution; --",
            "${input}",
            "key:abc",
            "x".repeat(300),
            "high",
            "fixed",
            "501",
            "2026-01-01T00:00:00Z",
            "00000000-0000-0000-0000-000000000000",
            "swagger-ui.css",
            "MDow",
            "🦄:1");

    private final long seed = Long.getLong("capocomico.seed", 20261121L);
    private final SplittableRandom random = new SplittableRandom(seed);
    private JsonNode contract;

    @Test
    void no_call_however_broken_is_a_fault_of_the_server() throws Exception {
        NodeInMemory node = new NodeInMemory();
        HttpSettings settings = HttpSettings.of("127.0.0.1", 0, AccessSettings.SharedSecret.of(TestTokens.SECRET));
        try (HttpApi api = HttpApi.start(settings, node.node())) {
            Client client = new Client(api.address());
            contract = client.contract().tree();
            client.post(TOKEN, "/api/v1/workflows", """
                            {"name": "order", "version": "1", "agents": {"a": {"type": "t"}},
                             "tasks": [{"id": "a", "agent": "a"}, {"id": "w", "wait_for": {"signal": "a"}}]}""").is(201);
            client.post(
                            TOKEN,
                            "/api/v1/workflows/order/execute",
                            "{\"execution_options\": {\"execution_id\": \"run\"}}")
                    .is(202);
            for (Operation operation : client.contract().operations()) {
                for (int i = 0; i < CALLS_PER_OPERATION; i++) {
                    call(client, operation);
                }
            }
            // Still there, and as it was.
            client.get(TOKEN, "/api/v1/executions/run").is(200);
            client.get(null, "/health").is(200);
        } finally {
            node.close();
        }
    }

    private void call(Client client, Operation operation) {
        String path = path(operation) + query();
        String body = operation.body() == null && random.nextInt(4) > 0 ? null : body(operation);
        List<String> headers = new ArrayList<>();
        if (body != null) {
            headers.addAll(List.of("Content-Type", random.nextInt(8) == 0 ? "application/yaml" : "application/json"));
        }
        if (random.nextInt(4) == 0) {
            headers.addAll(List.of("Idempotency-Key", random.nextInt(3) == 0 ? "with blank" : "k" + random.nextInt(9)));
        }
        if (random.nextInt(10) == 0) {
            headers.addAll(List.of("Accept", random.nextBoolean() ? "*/*;q=0" : "text/*, application/json;q=0.1"));
        }
        String what = "seed %d: %s %s %s %s".formatted(seed, operation.method(), path, headers, body);
        try {
            Client.Reply reply = client.send(operation.method(), TOKEN, path, body, headers.toArray(new String[0]));
            assertThat(reply.status()).as(what).isLessThan(500);
        } catch (AssertionError e) {
            throw new AssertionError(what, e);
        }
    }

    private String path(Operation operation) {
        StringBuilder path = new StringBuilder();
        for (String segment : operation.path().segments()) {
            path.append('/').append(segment.startsWith("{") ? encoded(name(segment)) : segment);
        }
        return path.toString();
    }

    private String name(String segment) {
        return switch (random.nextInt(3)) {
            case 0 -> word();
            case 1 -> segment.contains("workflow") ? "order" : segment.contains("execution") ? "run" : "a";
            default -> segment.contains("file") ? "swagger-ui.css" : "run";
        };
    }

    private String query() {
        StringBuilder query = new StringBuilder();
        for (int i = random.nextInt(6) - 3; i > 0; i--) {
            String name = List.of("limit", "cursor", "name", "status", "label", word())
                    .get(random.nextInt(6));
            query.append(query.isEmpty() ? '?' : '&')
                    .append(encoded(name))
                    .append('=')
                    .append(encoded(word()));
        }
        return query.toString();
    }

    private String body(Operation operation) {
        JsonNode schema = contract.path("paths")
                .path(operation.path().text())
                .path(operation.method().toLowerCase(Locale.ROOT))
                .at("/requestBody/content/application~1json/schema");
        String text = value(schema, 0).toString();
        return switch (random.nextInt(6)) {
            case 0 -> text.substring(0, random.nextInt(text.length() + 1));
            case 1 -> text + word();
            case 2 -> text.replace(':', ",:{[".charAt(random.nextInt(4)));
            default -> text;
        };
    }

    /** A value that mostly fits the schema. */
    private JsonNode value(JsonNode schema, int depth) {
        if (depth > 6 || random.nextInt(12) == 0) {
            return anything();
        }
        if (schema.has("$ref")) {
            return value(contract.at(schema.get("$ref").asText().substring(1)), depth + 1);
        }
        if (schema.has("anyOf")) {
            return value(
                    schema.get("anyOf").get(random.nextInt(schema.get("anyOf").size())), depth + 1);
        }
        if (schema.has("enum")) {
            return schema.get("enum").get(random.nextInt(schema.get("enum").size()));
        }
        return switch (schema.path("type").asText()) {
            case "object" -> {
                var object = JSON.objectNode();
                for (Map.Entry<String, JsonNode> property :
                        schema.path("properties").properties()) {
                    if (random.nextBoolean()) {
                        object.set(property.getKey(), value(property.getValue(), depth + 1));
                    }
                }
                if (random.nextInt(6) == 0 || schema.path("properties").isEmpty()) {
                    object.set(word(), anything());
                }
                yield object;
            }
            case "array" -> JSON.arrayNode().add(value(schema.path("items"), depth + 1));
            case "integer" -> JSON.numberNode(random.nextInt(-2, 2_000));
            case "number" -> JSON.numberNode(random.nextDouble(-1, 1e6));
            case "boolean" -> JSON.booleanNode(random.nextBoolean());
            case "string" -> JSON.textNode(word());
            default -> anything();
        };
    }

    private JsonNode anything() {
        return switch (random.nextInt(7)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.numberNode(random.nextLong());
            case 2 -> JSON.numberNode(random.nextDouble() * 1e300);
            case 3 -> JSON.arrayNode().add(word()).add(1).addNull();
            case 4 -> JSON.objectNode().put(word(), word());
            case 5 -> JSON.booleanNode(true);
            default -> JSON.textNode(word());
        };
    }

    private String word() {
        return WORDS.get(random.nextInt(WORDS.size()));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
