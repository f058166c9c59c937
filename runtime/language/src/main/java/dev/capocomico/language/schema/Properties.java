package dev.capocomico.language.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keywords about the keys of a mapping, and what stands there. */
final class Properties {
    private Properties() {}

    static Rule named(Map<String, Subschema> schemas) {
        return (value, run, seen) -> {
            if (!value.isObject()) {
                return true;
            }
            boolean holds = true;
            for (Map.Entry<String, Subschema> entry : schemas.entrySet()) {
                if (!holds && run.isQuiet()) {
                    break;
                }
                run.step();
                JsonNode there = value.get(entry.getKey());
                holds &= there == null || property(entry.getKey(), there, entry.getValue(), run, seen);
            }
            return holds;
        };
    }

    static Rule matching(Map<SchemaPattern, Subschema> schemas) {
        return (value, run, seen) -> {
            boolean holds = true;
            for (Map.Entry<String, JsonNode> entry : value.properties()) {
                for (Map.Entry<SchemaPattern, Subschema> schema : schemas.entrySet()) {
                    if (!holds && run.isQuiet()) {
                        return false;
                    }
                    holds &= !run.matches(schema.getKey(), entry.getKey())
                            || property(entry.getKey(), entry.getValue(), schema.getValue(), run, seen);
                }
            }
            return holds;
        };
    }

    /** What neither of the other two keywords is about. */
    static Rule others(Map<String, Subschema> named, Map<SchemaPattern, Subschema> matching, Subschema schema) {
        return (value, run, seen) -> {
            boolean holds = true;
            for (Map.Entry<String, JsonNode> entry : value.properties()) {
                if (!holds && run.isQuiet()) {
                    return false;
                }
                String name = entry.getKey();
                run.step();
                if (named.containsKey(name)
                        || matching.keySet().stream().anyMatch(pattern -> run.matches(pattern, name))) {
                    continue;
                }
                holds &= other("additionalProperties", entry, schema, run, seen);
            }
            return holds;
        };
    }

    static Rule unseen(Subschema schema) {
        return (value, run, seen) -> {
            boolean holds = true;
            for (Map.Entry<String, JsonNode> entry : value.properties()) {
                if (!holds && run.isQuiet()) {
                    return false;
                }
                run.step();
                holds &= seen == null
                        || seen.hasProperty(entry.getKey())
                        || other("unevaluatedProperties", entry, schema, run, seen);
            }
            return holds;
        };
    }

    private static boolean other(
            String keyword, Map.Entry<String, JsonNode> entry, Subschema schema, Run run, @Nullable Seen seen) {
        if (schema.isFalse()) {
            run.fault(keyword, entry.getKey(), schema.json());
            return false;
        }
        return property(entry.getKey(), entry.getValue(), schema, run, seen);
    }

    private static boolean property(String name, JsonNode value, Subschema schema, Run run, @Nullable Seen seen) {
        if (seen != null) {
            seen.property(name);
        }
        run.into(name);
        boolean holds = schema.holds(value, run, null);
        run.out();
        return holds;
    }

    static Rule names(Subschema schema) {
        return (value, run, seen) -> {
            boolean holds = true;
            for (Map.Entry<String, JsonNode> entry : value.properties()) {
                run.step();
                if (!run.quietly(schema, TextNode.valueOf(entry.getKey()), null)) {
                    run.fault("propertyNames", entry.getKey(), schema.json());
                    holds = false;
                    if (run.isQuiet()) {
                        break;
                    }
                }
            }
            return holds;
        };
    }

    static Rule required(JsonNode said) {
        return (value, run, seen) -> !value.isObject() || required("required", said, value, run);
    }

    private static boolean required(String keyword, JsonNode names, JsonNode value, Run run) {
        boolean holds = true;
        for (JsonNode name : names) {
            String text = name.asText();
            run.read(text.length());
            if (!value.has(text)) {
                run.fault(keyword, text, names);
                holds = false;
                if (run.isQuiet()) {
                    break;
                }
            }
        }
        return holds;
    }

    /** What must be there, or must hold, when a key is there. */
    static Rule dependent(Map<String, Subschema> schemas) {
        return (value, run, seen) -> {
            boolean holds = true;
            for (Map.Entry<String, Subschema> entry : value.isObject()
                    ? schemas.entrySet()
                    : Map.<String, Subschema>of().entrySet()) {
                if (!holds && run.isQuiet()) {
                    break;
                }
                run.step();
                Subschema schema = entry.getValue();
                if (value.has(entry.getKey())) {
                    holds &= schema.json().isArray()
                            ? required("dependentRequired", schema.json(), value, run)
                            : schema.holds(value, run, seen);
                }
            }
            return holds;
        };
    }
}
