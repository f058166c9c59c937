package dev.capocomico.language.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Our validator and networknt's say the same of random schemas and values; and what we take for a schema, it does too. {@code
 * -Dcapocomico.seed=N} makes others.
 */
class SchemaAgreementTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int ROUNDS = 5_000;
    private static final int VALUES_PER_SCHEMA = 4;
    private static final List<String> NAMES = List.of("a", "b", "c", "ab", "x/y");
    private static final List<String> TYPES =
            List.of("object", "array", "string", "number", "integer", "boolean", "null");
    private static final List<String> KEYWORDS = List.of(
            "type",
            "enum",
            "const",
            "multipleOf",
            "minimum",
            "exclusiveMinimum",
            "maximum",
            "exclusiveMaximum",
            "minLength",
            "maxLength",
            "pattern",
            "minItems",
            "maxItems",
            "minProperties",
            "maxProperties",
            "uniqueItems",
            "prefixItems",
            "items",
            "contains",
            "minContains",
            "maxContains",
            "unevaluatedItems",
            "properties",
            "patternProperties",
            "additionalProperties",
            "propertyNames",
            "required",
            "dependentRequired",
            "dependentSchemas",
            "unevaluatedProperties",
            "allOf",
            "anyOf",
            "oneOf",
            "not",
            "if",
            "then",
            "else",
            "$ref",
            "title",
            "format");

    private final long seed = Long.getLong("capocomico.seed", 20261130L);
    private final SplittableRandom random = new SplittableRandom(seed);
    private final JsonSchemas ours = new JsonSchemas();
    private final SchemaRegistry theirs = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12, builder -> builder.schemaCacheEnabled(false));
    private final com.networknt.schema.Schema metaSchema =
            theirs.getSchema(com.networknt.schema.SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId()));

    @Test
    void two_validators_are_of_one_opinion_on_random_schemas() throws Exception {
        int fits = 0;
        int asked = 0;
        for (int round = 0; round < ROUNDS; round++) {
            ObjectNode schema = (ObjectNode) JSON.readTree(schema(3, false).toString());
            schema.set("$defs", JSON.readTree("{\"d\": %s, \"e\": %s}".formatted(schema(1, true), schema(1, true))));
            String what = "seed %d, round %d: %s".formatted(seed, round, schema);
            assertThat(ours.problemsOfSchema(schema)).as(what).isEmpty();
            var compiled = ours.compile(schema);
            for (int i = 0; i < VALUES_PER_SCHEMA; i++) {
                JsonNode value = JSON.readTree(value(3).toString());
                boolean we = compiled.misfits(value).isEmpty();
                boolean they = theirs.getSchema(schema).validate(value).isEmpty();
                assertThat(we).as("%s holds %s", what, value).isEqualTo(they);
                asked++;
                fits += we ? 1 : 0;
            }
        }
        // Neither of them says the same of all.
        assertThat(fits).isBetween(asked / 10, asked * 9 / 10);
    }

    @Test
    void two_validators_are_of_one_opinion_on_what_a_schema_is() throws Exception {
        int schemas = 0;
        for (int round = 0; round < ROUNDS; round++) {
            JsonNode schema = JSON.readTree(mangled(schema(2, true)).toString());
            boolean they = metaSchema.validate(schema).isEmpty();
            boolean we = ours.problemsOfSchema(schema).isEmpty();
            assertThat(we).as("seed %d, round %d: %s", seed, round, schema).isEqualTo(they);
            schemas += we ? 1 : 0;
        }
        assertThat(schemas).isBetween(ROUNDS / 10, ROUNDS * 9 / 10);
    }

    /** With one keyword that has another's value. */
    private JsonNode mangled(JsonNode schema) {
        if (!(schema instanceof ObjectNode object) || random.nextInt(3) == 0) {
            return schema;
        }
        String keyword = one(KEYWORDS);
        boolean aReference = keyword.equals("$ref");
        return aReference
                ? schema
                : object.set(keyword, random.nextBoolean() ? value(2) : said(one(KEYWORDS), 1, true));
    }

    private JsonNode schema(int depth, boolean isDefinition) {
        if (random.nextInt(12) == 0 && isDefinition) {
            return NODES.booleanNode(random.nextInt(4) > 0);
        }
        ObjectNode schema = NODES.objectNode();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            String keyword = one(KEYWORDS);
            // A definition that refers to another could lead back to it.
            if (!(isDefinition && keyword.equals("$ref"))) {
                schema.set(keyword, said(keyword, depth, isDefinition));
            }
        }
        // Networknt also looks for equal values under the keys of an object.
        return schema.has("uniqueItems") ? schema.put("type", "array") : schema;
    }

    private JsonNode said(String keyword, int depth, boolean isDefinition) {
        return switch (keyword) {
            case "type" -> random.nextInt(3) == 0 ? someTypes() : NODES.textNode(one(TYPES));
            case "enum" -> many(() -> value(1), 1, random.nextInt(4) == 0 ? 12 : 3);
            case "const" -> value(1);
            case "multipleOf" -> NODES.numberNode(random.nextInt(1, 4));
            case "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum" ->
                NODES.numberNode(random.nextInt(-2, 3));
            case "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minContains" ->
                NODES.numberNode(random.nextInt(0, 3));
            // Below minContains networknt complains of the schema when it looks at a value.
            case "maxContains" -> NODES.numberNode(random.nextInt(3, 5));
            case "pattern" -> NODES.textNode(one(List.of("^a", "b$", "[0-9]", "a{1,2}")));
            case "uniqueItems" -> NODES.booleanNode(random.nextBoolean());
            case "properties", "dependentSchemas" -> byName(NAMES, depth, isDefinition);
            case "patternProperties" -> byName(List.of("^a", "b$", "x"), depth, isDefinition);
            case "required" -> names();
            case "dependentRequired" -> NODES.objectNode().set(one(NAMES), names());
            case "allOf", "anyOf", "oneOf", "prefixItems" -> many(() -> below(depth, isDefinition), 1, 3);
            case "$ref" -> NODES.textNode(one(List.of("#/$defs/d", "#/$defs/e")));
            case "title", "format" -> NODES.textNode("date");
            default -> below(depth, isDefinition);
        };
    }

    private JsonNode below(int depth, boolean isDefinition) {
        return depth <= 0 ? NODES.booleanNode(random.nextInt(3) > 0) : schema(depth - 1, isDefinition);
    }

    private ObjectNode byName(List<String> names, int depth, boolean isDefinition) {
        ObjectNode schemas = NODES.objectNode();
        for (int i = random.nextInt(1, 3); i > 0; i--) {
            schemas.set(one(names), below(depth, isDefinition));
        }
        return schemas;
    }

    private ArrayNode names() {
        ArrayNode names = NODES.arrayNode();
        NAMES.stream().filter(name -> random.nextInt(4) == 0).forEach(names::add);
        return names;
    }

    private ArrayNode someTypes() {
        ArrayNode types = NODES.arrayNode();
        TYPES.stream().filter(type -> random.nextInt(3) == 0).forEach(types::add);
        return types.isEmpty() ? types.add("null") : types;
    }

    private ArrayNode many(java.util.function.Supplier<JsonNode> one, int least, int most) {
        ArrayNode all = NODES.arrayNode();
        for (int i = random.nextInt(least, most + 1); i > 0; i--) {
            all.add(one.get());
        }
        return all;
    }

    /** Without numbers such as 1.0: of two that are equal in value networknt says here that they are, and there that they are not. */
    private JsonNode value(int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 5)) {
            case 0 -> NODES.numberNode(random.nextInt(-2, 3));
            case 1 -> NODES.textNode(one(List.of("", "a", "ab", "b1", "😀")));
            case 2 -> NODES.booleanNode(random.nextBoolean());
            case 3 -> NODES.nullNode();
            case 4 -> NODES.numberNode(random.nextInt(-3, 3) + 0.5);
            case 5 -> many(() -> value(depth - 1), 0, 3);
            default -> {
                ObjectNode object = NODES.objectNode();
                for (int i = random.nextInt(0, 4); i > 0; i--) {
                    object.set(one(NAMES), value(depth - 1));
                }
                yield object;
            }
        };
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
