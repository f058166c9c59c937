package dev.capocomico.http.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.http.access.Action;
import dev.capocomico.http.access.Role;
import dev.capocomico.language.problem.Problem;
import dev.capocomico.language.schema.JsonSchemas;
import dev.capocomico.language.tree.Node;
import dev.capocomico.language.tree.Problems;
import dev.capocomico.language.tree.SourceText;
import dev.capocomico.language.tree.TreeBounds;
import dev.capocomico.language.tree.Values;
import dev.capocomico.language.tree.YamlTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is served: the document {@code openapi.yaml}, which everybody can read, and which this server does not only describe but is made from. */
public final class Contract {
    private static final String RESOURCE = "/openapi.yaml";
    private static final Set<String> METHODS = Set.of("get", "post", "put", "delete", "patch");

    private final byte[] text;
    private final JsonNode tree;
    private final JsonSchemas schemas = new JsonSchemas();
    private final List<Operation> operations = new ArrayList<>();

    private Contract(byte[] text) {
        this.text = text;
        this.tree = parse(text);
        tree.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(entry -> {
                    if (METHODS.contains(entry.getKey())) {
                        operations.add(operation(path.getKey(), path.getValue(), entry.getKey(), entry.getValue()));
                    }
                }));
    }

    /** Reads the document. What is wrong with it is a fault of the program. */
    public static Contract load() {
        try (InputStream resource = Contract.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException(RESOURCE + " is not on the class path");
            }
            return new Contract(resource.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode parse(byte[] text) {
        SourceText source = new SourceText("openapi.yaml", text);
        Problems problems = new Problems(source);
        Node root = YamlTree.read(source, problems, TreeBounds.STORED);
        if (root == null || !problems.isEmpty()) {
            throw new IllegalStateException("the contract cannot be read: "
                    + problems.inOrder().stream().map(Problem::message).toList());
        }
        return Values.json(root);
    }

    /** The document as it was written. */
    public byte[] text() {
        return text.clone();
    }

    /** The document as a value, not to be changed. */
    public JsonNode tree() {
        return tree;
    }

    public List<Operation> operations() {
        return List.copyOf(operations);
    }

    /** The schema of what the operation answers with this status, or null when it says nothing of such an answer. */
    public @Nullable ContractSchema response(Operation operation, int status, String mediaType) {
        JsonNode schema =
                response(operation, status).path("content").path(mediaType).path("schema");
        return schema.isMissingNode() ? null : schema(schema);
    }

    /** The names of the headers that the operation's answer with this status has. */
    public List<String> headers(Operation operation, int status) {
        List<String> names = new ArrayList<>();
        response(operation, status).path("headers").fieldNames().forEachRemaining(names::add);
        return names;
    }

    private JsonNode response(Operation operation, int status) {
        return resolved(tree.path("paths")
                .path(operation.path().text())
                .path(operation.method().toLowerCase(Locale.ROOT))
                .path("responses")
                .path(Integer.toString(status)));
    }

    /** A schema that has a name, such as that of a message which is no answer. */
    public ContractSchema schema(String name) {
        return schema(tree.path("components").path("schemas").path(name));
    }

    private Operation operation(String path, JsonNode shared, String method, JsonNode said) {
        List<Parameter> parameters = new ArrayList<>();
        shared.path("parameters").forEach(one -> parameters.add(parameter(resolved(one))));
        said.path("parameters").forEach(one -> parameters.add(parameter(resolved(one))));
        Set<String> produces = new HashSet<>();
        Set<Integer> statuses = new HashSet<>();
        said.path("responses").properties().forEach(response -> {
            statuses.add(Integer.valueOf(response.getKey()));
            resolved(response.getValue()).path("content").fieldNames().forEachRemaining(produces::add);
        });
        produces.remove("application/problem+json");
        return new Operation(
                said.path("operationId").asText(),
                method.toUpperCase(Locale.ROOT),
                PathTemplate.parse(path),
                role(said),
                action(said),
                said.path("security").isEmpty() || said.at("/security/0").isEmpty(),
                parameters,
                said.has("requestBody") ? body(resolved(said.get("requestBody"))) : null,
                produces,
                statuses);
    }

    private static @Nullable Role role(JsonNode operation) {
        JsonNode security = operation.path("security");
        if (!security.isArray()) {
            throw new IllegalStateException(operation.path("operationId") + " does not say who may call it");
        }
        // Where the first of several is empty, it can be called without a token too.
        return security.isEmpty()
                ? null
                : Role.named(security.path(security.size() - 1).at("/bearer/0").asText())
                        .orElseThrow();
    }

    private static @Nullable Action action(JsonNode operation) {
        if (operation.path("security").isEmpty()) {
            return null;
        }
        String word = operation.path("x-scope").asText();
        return Action.named(word)
                .orElseThrow(() -> new IllegalStateException("%s needs an x-scope that is an action, not \"%s\""
                        .formatted(operation.path("operationId"), word)));
    }

    private Parameter parameter(JsonNode said) {
        return new Parameter(
                said.path("name").asText(),
                Parameter.Place.valueOf(said.path("in").asText().toUpperCase(Locale.ROOT)),
                said.path("required").asBoolean(),
                schema(said.path("schema")),
                said.path("schema").get("default"));
    }

    private Operation.Body body(JsonNode said) {
        Map<String, ContractSchema> byMediaType = new LinkedHashMap<>();
        said.path("content")
                .properties()
                .forEach(type ->
                        byMediaType.put(type.getKey(), schema(type.getValue().path("schema"))));
        return new Operation.Body(
                said.path("required").asBoolean(),
                said.path("x-max-bytes").asLong(),
                said.path("x-document").asBoolean(),
                byMediaType);
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? tree.at(node.get("$ref").asText().substring(1)) : node;
    }

    /** A schema that stands anywhere in the document. */
    public ContractSchema schema(JsonNode schema) {
        return new ContractSchema(schemas, tree, schema);
    }
}
