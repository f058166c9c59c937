package dev.capocomico.language.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/** Keywords about a value as a whole. */
final class Assertions {
    /** So many values are compared one by one; more are found by their hash. */
    private static final int COMPARED_MAX = 8;

    private Assertions() {}

    static Rule type(JsonNode said) {
        Set<String> types = new HashSet<>();
        if (said.isTextual()) {
            types.add(said.textValue());
        }
        said.forEach(one -> types.add(one.asText()));
        return (value, run, seen) -> {
            boolean holds =
                    switch (value.getNodeType()) {
                        case OBJECT, POJO -> types.contains("object");
                        case ARRAY -> types.contains("array");
                        case STRING, BINARY -> types.contains("string");
                        case BOOLEAN -> types.contains("boolean");
                        case NULL, MISSING -> types.contains("null");
                        case NUMBER ->
                            types.contains("number") || (types.contains("integer") && Numbers.isWhole(value));
                    };
            if (!holds) {
                run.fault("type", said);
            }
            return holds;
        };
    }

    static Rule constant(JsonNode said) {
        return (value, run, seen) -> {
            boolean holds = SameValue.same(said, value, run);
            if (!holds) {
                run.fault("const", said);
            }
            return holds;
        };
    }

    static Rule oneOfValues(JsonNode said) {
        return said.size() <= COMPARED_MAX ? oneOfFew(said) : oneOfMany(said);
    }

    private static Rule oneOfFew(JsonNode said) {
        return (value, run, seen) -> {
            for (JsonNode choice : said) {
                if (SameValue.same(choice, value, run)) {
                    return true;
                }
            }
            run.fault("enum", said);
            return false;
        };
    }

    private static Rule oneOfMany(JsonNode said) {
        Map<Long, List<JsonNode>> choices = new HashMap<>();
        for (JsonNode choice : said) {
            // The schema is bounded, and was read before anybody charged for it.
            choices.computeIfAbsent(SameValue.hash(choice, new Run(Integer.MAX_VALUE)), hash -> new ArrayList<>(1))
                    .add(choice);
        }
        return (value, run, seen) -> {
            for (JsonNode choice : choices.getOrDefault(SameValue.hash(value, run), List.of())) {
                if (SameValue.same(choice, value, run)) {
                    return true;
                }
            }
            run.fault("enum", said);
            return false;
        };
    }

    /** @param allowed how the length may compare with what is said */
    static Rule length(String keyword, JsonNode said, IntPredicate allowed) {
        return (value, run, seen) -> {
            if (!value.isTextual()) {
                return true;
            }
            String text = value.textValue();
            run.read(text.length());
            boolean holds = allowed.test(Double.compare(text.codePointCount(0, text.length()), said.asDouble()));
            if (!holds) {
                run.fault(keyword, said);
            }
            return holds;
        };
    }

    /** @param of which values have a size that is meant */
    static Rule size(String keyword, Predicate<JsonNode> of, JsonNode said, IntPredicate allowed) {
        return (value, run, seen) -> {
            boolean holds = !of.test(value) || allowed.test(Double.compare(value.size(), said.asDouble()));
            if (!holds) {
                run.fault(keyword, said);
            }
            return holds;
        };
    }

    static Rule pattern(JsonNode said) {
        SchemaPattern pattern = new SchemaPattern(said.asText());
        return (value, run, seen) -> {
            boolean holds = !value.isTextual() || run.matches(pattern, value.textValue());
            if (!holds) {
                run.fault("pattern", said);
            }
            return holds;
        };
    }
}
