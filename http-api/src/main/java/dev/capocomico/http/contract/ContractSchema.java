package dev.capocomico.http.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.language.problem.DidYouMean;
import dev.capocomico.language.schema.JsonSchemas;
import dev.capocomico.language.schema.Misfit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A schema of the contract, with what it refers to. Thread-safe. */
public final class ContractSchema {
    /** References that lead to references: more than this is a circle. */
    private static final int REFERENCES_MAX = 16;

    private final JsonNode root;
    private final JsonNode schema;
    private final JsonSchemas.Compiled compiled;
    private final Set<String> types;

    ContractSchema(JsonSchemas schemas, JsonNode root, JsonNode schema) {
        this.root = root;
        this.schema = schema;
        ObjectNode whole = schema.deepCopy();
        whole.set("components", root.path("components"));
        this.compiled = schemas.compile(whole);
        this.types = alternatives(schema, 0).stream()
                .map(one -> one.path("type").asText())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** What does not fit, with the key that was probably meant where one is unknown. */
    public List<Misfit> misfits(JsonNode value) {
        List<Misfit> misfits = new ArrayList<>();
        for (Misfit misfit : compiled.misfits(value)) {
            String key = misfit.key();
            misfits.add(
                    key == null
                            ? misfit
                            : new Misfit(misfit.pointer(), key, misfit.message() + "; " + hint(misfit.pointer(), key)));
        }
        return misfits;
    }

    private String hint(String pointer, String key) {
        return DidYouMean.hint(key, keysAt(pointer), "the keys are");
    }

    /** The keys that may stand at a place; all of them where there are alternatives. */
    private Collection<String> keysAt(String pointer) {
        List<JsonNode> here = alternatives(schema, 0);
        for (String token : pointer.isEmpty()
                ? List.<String>of()
                : List.of(pointer.substring(1).split("/", -1))) {
            String name = token.replace("~1", "/").replace("~0", "~");
            List<JsonNode> below = new ArrayList<>();
            for (JsonNode one : here) {
                JsonNode child = one.path("properties").path(name);
                below.addAll(alternatives(child.isMissingNode() ? one.path("items") : child, 0));
            }
            here = below;
        }
        Set<String> keys = new LinkedHashSet<>();
        here.forEach(one -> one.path("properties").fieldNames().forEachRemaining(keys::add));
        return keys;
    }

    private List<JsonNode> alternatives(JsonNode node, int references) {
        List<JsonNode> all = new ArrayList<>();
        if (node.isMissingNode() || references > REFERENCES_MAX) {
            return all;
        }
        all.add(node);
        if (node.has("$ref")) {
            all.addAll(alternatives(root.at(node.get("$ref").asText().substring(1)), references + 1));
        }
        for (String keyword : List.of("anyOf", "oneOf", "allOf")) {
            node.path(keyword).forEach(one -> all.addAll(alternatives(one, references + 1)));
        }
        return all;
    }

    /** Whether the contract says that the value is of this type. */
    boolean isA(String type) {
        return types.contains(type);
    }
}
