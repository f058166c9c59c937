package dev.capocomico.language.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keywords of one schema, as rules: those of JSON Schema 2020-12 that say something of a value, and {@code dependencies}, which
 * older schemas have. All others are notes for people, {@code format} and the {@code content…} ones included.
 */
final class Keywords {
    /** What decides most is asked first. */
    private static final String FIRST = "type";

    private static final Set<String> LAST = Set.of("unevaluatedProperties", "unevaluatedItems");

    private final SchemaDocument document;
    private final JsonNode schema;

    Keywords(SchemaDocument document, JsonNode schema) {
        this.document = document;
        this.schema = schema;
    }

    boolean looksForUnseen() {
        return LAST.stream().anyMatch(schema::has);
    }

    List<Rule> rules() {
        List<Rule> rules = new ArrayList<>();
        add(FIRST, rules);
        schema.fieldNames().forEachRemaining(keyword -> {
            if (!keyword.equals(FIRST) && !LAST.contains(keyword)) {
                add(keyword, rules);
            }
        });
        LAST.forEach(keyword -> add(keyword, rules));
        return List.copyOf(rules);
    }

    private void add(String keyword, List<Rule> rules) {
        JsonNode said = schema.get(keyword);
        Rule rule = said == null ? null : rule(keyword, said);
        if (rule != null) {
            rules.add(rule);
        }
    }

    /** Null for what asks nothing of a value. */
    private @Nullable Rule rule(String keyword, JsonNode said) {
        return switch (keyword) {
            case "type" -> Assertions.type(said);
            case "enum" -> Assertions.oneOfValues(said);
            case "const" -> Assertions.constant(said);
            case "multipleOf" -> Numbers.multipleOf(said);
            case "minimum" -> Numbers.bound(keyword, said, order -> order >= 0);
            case "exclusiveMinimum" -> Numbers.bound(keyword, said, order -> order > 0);
            case "maximum" -> Numbers.bound(keyword, said, order -> order <= 0);
            case "exclusiveMaximum" -> Numbers.bound(keyword, said, order -> order < 0);
            case "minLength" -> Assertions.length(keyword, said, order -> order >= 0);
            case "maxLength" -> Assertions.length(keyword, said, order -> order <= 0);
            case "pattern" -> Assertions.pattern(said);
            case "minItems" -> Assertions.size(keyword, JsonNode::isArray, said, order -> order >= 0);
            case "maxItems" -> Assertions.size(keyword, JsonNode::isArray, said, order -> order <= 0);
            case "minProperties" -> Assertions.size(keyword, JsonNode::isObject, said, order -> order >= 0);
            case "maxProperties" -> Assertions.size(keyword, JsonNode::isObject, said, order -> order <= 0);
            case "uniqueItems" -> said.asBoolean() ? Items.unique(said) : null;
            case "prefixItems" -> Items.prefix(all(said));
            case "items" -> Items.rest(schema.path("prefixItems").size(), sub(said));
            case "contains" -> Items.contains(schema, sub(said));
            case "unevaluatedItems" -> Items.unseen(sub(said));
            case "properties" -> Properties.named(byName(said));
            case "patternProperties" -> Properties.matching(patterns(said));
            case "additionalProperties" ->
                Properties.others(
                        byName(schema.path("properties")), patterns(schema.path("patternProperties")), sub(said));
            case "propertyNames" -> Properties.names(sub(said));
            case "required" -> Properties.required(said);
            case "dependentRequired", "dependentSchemas", "dependencies" -> Properties.dependent(byName(said));
            case "unevaluatedProperties" -> Properties.unseen(sub(said));
            case "allOf" -> Alternatives.all(all(said));
            case "anyOf" -> Alternatives.any(all(said));
            case "oneOf" -> Alternatives.one(all(said), said);
            case "not" -> Alternatives.not(sub(said));
            case "if" -> Alternatives.conditional(sub(said), optional("then"), optional("else"));
            case "$ref", "$dynamicRef" -> said.isTextual() ? Alternatives.reference(document, said.textValue()) : null;
            default -> null;
        };
    }

    private Subschema sub(JsonNode said) {
        return new Subschema(document, said);
    }

    private @Nullable Subschema optional(String keyword) {
        JsonNode said = schema.get(keyword);
        return said == null ? null : sub(said);
    }

    private List<Subschema> all(JsonNode said) {
        return said.valueStream().map(this::sub).toList();
    }

    /** In the order in which they are written. */
    private Map<String, Subschema> byName(JsonNode said) {
        Map<String, Subschema> named = new LinkedHashMap<>();
        said.properties().forEach(entry -> named.put(entry.getKey(), sub(entry.getValue())));
        return named;
    }

    private Map<SchemaPattern, Subschema> patterns(JsonNode said) {
        Map<SchemaPattern, Subschema> patterns = new LinkedHashMap<>();
        said.properties().forEach(entry -> patterns.put(new SchemaPattern(entry.getKey()), sub(entry.getValue())));
        return patterns;
    }
}
