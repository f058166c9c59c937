package dev.capocomico.language.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Keywords about the items of a list. */
final class Items {
    private Items() {}

    static Rule prefix(List<Subschema> schemas) {
        return (value, run, seen) -> {
            if (!value.isArray()) {
                return true;
            }
            boolean holds = true;
            int end = Math.min(schemas.size(), value.size());
            for (int i = 0; i < end && (holds || !run.isQuiet()); i++) {
                holds &= item(value, i, schemas.get(i), run);
            }
            if (seen != null) {
                seen.itemsBefore(end);
            }
            return holds;
        };
    }

    static Rule rest(int from, Subschema schema) {
        return (value, run, seen) -> {
            if (!value.isArray()) {
                return true;
            }
            boolean holds = true;
            for (int i = from; i < value.size() && (holds || !run.isQuiet()); i++) {
                holds &= item(value, i, schema, run);
            }
            if (seen != null) {
                seen.itemsBefore(value.size());
            }
            return holds;
        };
    }

    static Rule unseen(Subschema schema) {
        return (value, run, seen) -> {
            if (!value.isArray() || seen == null) {
                return true;
            }
            boolean holds = true;
            for (int i = 0; i < value.size() && (holds || !run.isQuiet()); i++) {
                run.step();
                holds &= seen.hasItem(i) || item(value, i, schema, run);
            }
            seen.itemsBefore(value.size());
            return holds;
        };
    }

    private static boolean item(JsonNode value, int index, Subschema schema, Run run) {
        run.into(index);
        boolean holds = schema.holds(value.get(index), run, null);
        run.out();
        return holds;
    }

    /** With {@code minContains} and {@code maxContains}, which mean nothing without it. */
    static Rule contains(JsonNode keywords, Subschema schema) {
        double least = keywords.path("minContains").asDouble(1);
        double most = keywords.path("maxContains").asDouble(Double.POSITIVE_INFINITY);
        return (value, run, seen) -> {
            if (!value.isArray()) {
                return true;
            }
            int found = 0;
            for (int i = 0; i < value.size(); i++) {
                run.step();
                if (run.quietly(schema, value.get(i), null)) {
                    found++;
                    if (seen != null) {
                        seen.item(i);
                    }
                }
            }
            if (found < least) {
                run.fault("minContains", keywords);
            } else if (found > most) {
                run.fault("maxContains", keywords);
            }
            return found >= least && found <= most;
        };
    }

    /** By a hash that nobody outside can foresee, so that no list is slower than another. */
    static Rule unique(JsonNode said) {
        return (value, run, seen) -> {
            if (!value.isArray()) {
                return true;
            }
            Map<Long, List<JsonNode>> known = new HashMap<>();
            for (JsonNode item : value) {
                List<JsonNode> alike = known.computeIfAbsent(SameValue.hash(item, run), hash -> new ArrayList<>(1));
                for (JsonNode other : alike) {
                    if (SameValue.same(item, other, run)) {
                        run.fault("uniqueItems", said);
                        return false;
                    }
                }
                alike.add(item);
            }
            return true;
        };
    }
}
