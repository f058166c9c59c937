package dev.capocomico.language.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Writes the grammar as a JSON Schema, for editors. The schema knows structure only: what it refuses the reader refuses, but
 * not the other way round.
 */
public final class SchemaWriter {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String DURATION_PATTERN =
            "^(\\d{1,12}(\\.\\d{1,3})?|(\\d{1,12}(\\.\\d{1,3})?(ms|s|m|h|d))+|[Pp].+)$";

    private SchemaWriter() {}

    public static ObjectNode schema() {
        ObjectNode schema = JSON.objectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("$id", "https://capocomico.dev/workflow.schema.json");
        schema.put("title", "Capocomico workflow");
        schema.setAll(shape(Grammar.ROOT));
        ObjectNode definitions = schema.putObject("$defs");
        for (Shape shape : Grammar.SHAPES) {
            definitions.set(key(shape), shape(shape));
        }
        onlyOneKindOfWork((ObjectNode) definitions.get(key(Grammar.TASK)));
        settingsByType((ObjectNode) definitions.get(key(Grammar.ROLE)));
        return schema;
    }

    private static ObjectNode shape(Shape shape) {
        ObjectNode schema = JSON.objectNode().put("type", "object").put("additionalProperties", false);
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = JSON.arrayNode();
        for (Shape.Field field : shape.fields()) {
            ObjectNode type = type(field.type());
            // Beside a $ref other keywords are fine since 2019-09.
            properties.set(field.name(), type.put("description", field.meaning()));
            if (field.required()) {
                required.add(field.name());
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        return schema;
    }

    private static ObjectNode type(Type type) {
        return switch (type) {
            case Type.Text text ->
                string().put("pattern", "^(?:" + text.pattern().pattern() + ")$")
                        .put("maxLength", text.lengthMax());
            case Type.Choice choice -> {
                ObjectNode schema = string();
                choice.values().forEach(schema.putArray("enum")::add);
                yield schema;
            }
            case Type.Whole whole ->
                JSON.objectNode()
                        .put("type", "integer")
                        .put("minimum", whole.min())
                        .put("maximum", whole.max());
            case Type.Decimal decimal -> {
                ObjectNode schema = JSON.objectNode().put("type", "number");
                schema.set("minimum", number(decimal.min()));
                schema.set("maximum", number(decimal.max()));
                yield schema;
            }
            case Type.Bool bool -> JSON.objectNode().put("type", "boolean");
            case Type.Time time -> {
                ObjectNode schema = JSON.objectNode();
                ObjectNode seconds = JSON.objectNode().put("type", "number");
                seconds.set("minimum", seconds(time.min()));
                seconds.set("maximum", seconds(time.max()));
                schema.putArray("anyOf").add(seconds).add(string().put("pattern", DURATION_PATTERN));
                yield schema;
            }
            case Type.Amount amount -> {
                ObjectNode schema = JSON.objectNode();
                schema.putArray("type").add("string").add("number");
                yield schema;
            }
            case Type.Json json -> JSON.objectNode();
            case Type.Template template -> JSON.objectNode();
            case Type.JsonObject object -> JSON.objectNode().put("type", "object");
            case Type.Items items -> {
                ObjectNode schema = JSON.objectNode();
                schema.putArray("type").add("string").add("array");
                yield schema;
            }
            case Type.Condition condition -> string().put("pattern", "^\\$\\{[\\s\\S]*\\}$");
            case Type.Schema any -> {
                ObjectNode schema = JSON.objectNode();
                schema.putArray("type").add("object").add("boolean");
                yield schema;
            }
            case Type.ListOf list -> {
                ObjectNode schema = JSON.objectNode().put("type", "array");
                schema.set("items", type(list.item()));
                if (list.countMin() > 0) {
                    schema.put("minItems", list.countMin());
                }
                yield schema.put("maxItems", list.countMax());
            }
            case Type.MapOf map -> {
                ObjectNode schema = JSON.objectNode().put("type", "object").put("maxProperties", map.countMax());
                schema.set("propertyNames", type(map.key()));
                schema.set("additionalProperties", type(map.value()));
                yield schema;
            }
            case Type.Fields fields -> reference(fields.shape());
            case Type.NameOr either -> {
                ObjectNode schema = JSON.objectNode();
                schema.putArray("anyOf").add(type(either.name())).add(reference(either.inline()));
                yield schema;
            }
        };
    }

    private static void onlyOneKindOfWork(ObjectNode task) {
        ArrayNode kinds = task.putArray("oneOf");
        for (String kind : List.of("agent", "wait_for", "sleep", "workflow")) {
            kinds.addObject().putArray("required").add(kind);
        }
    }

    private static void settingsByType(ObjectNode role) {
        ArrayNode rules = role.putArray("allOf");
        Grammar.SETTINGS_OF_TYPE.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> {
                    ObjectNode rule = rules.addObject();
                    ObjectNode condition = rule.putObject("if");
                    condition.putObject("properties").putObject("type").put("const", entry.getKey());
                    condition.putArray("required").add("type");
                    rule.putObject("then").putObject("properties").set("settings", reference(entry.getValue()));
                });
    }

    private static ObjectNode reference(Shape shape) {
        return JSON.objectNode().put("$ref", "#/$defs/" + key(shape));
    }

    private static String key(Shape shape) {
        return shape.name().replace(' ', '_');
    }

    private static ObjectNode string() {
        return JSON.objectNode().put("type", "string");
    }

    private static JsonNode seconds(Duration duration) {
        return number(BigDecimal.valueOf(duration.toMillis()).movePointLeft(3));
    }

    private static JsonNode number(BigDecimal value) {
        BigDecimal plain = value.stripTrailingZeros();
        return plain.scale() <= 0 ? JSON.numberNode(plain.longValueExact()) : JSON.numberNode(plain);
    }
}
