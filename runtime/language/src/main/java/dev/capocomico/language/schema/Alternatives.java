package dev.capocomico.language.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keywords that hold the same value against other schemas. */
final class Alternatives {
    private Alternatives() {}

    static Rule all(List<Subschema> schemas) {
        return (value, run, seen) -> {
            boolean holds = true;
            for (Subschema schema : schemas) {
                if (!holds && run.isQuiet()) {
                    break;
                }
                holds &= schema.holds(value, run, seen);
            }
            return holds;
        };
    }

    /** Of one that fits, what the others lack is not told; all are asked only where somebody asks what they have looked at. */
    static Rule any(List<Subschema> schemas) {
        return (value, run, seen) -> {
            boolean holds = false;
            List<Fault> before = run.beginAlternatives();
            run.amongAlternatives(true);
            for (Subschema schema : schemas) {
                holds |= schema.holds(value, run, seen);
                if (holds && seen == null) {
                    break;
                }
            }
            run.amongAlternatives(false);
            List<Fault> found = run.endAlternatives(before);
            if (!holds) {
                run.add(found);
            }
            return holds;
        };
    }

    static Rule one(List<Subschema> schemas, JsonNode said) {
        return (value, run, seen) -> {
            int holding = 0;
            List<Fault> before = run.beginAlternatives();
            for (Subschema schema : schemas) {
                holding += schema.holds(value, run, holding == 0 ? seen : null) ? 1 : 0;
                if (holding > 1) {
                    break;
                }
            }
            List<Fault> found = run.endAlternatives(before);
            if (holding != 1) {
                run.fault("oneOf", holding == 0 ? "none" : "more than one", said);
                run.add(holding == 0 ? found : List.of());
            }
            return holding == 1;
        };
    }

    static Rule not(Subschema schema) {
        return (value, run, seen) -> {
            boolean holds = !run.quietly(schema, value, null);
            if (!holds) {
                run.fault("not", schema.json());
            }
            return holds;
        };
    }

    static Rule conditional(Subschema condition, @Nullable Subschema then, @Nullable Subschema otherwise) {
        return (value, run, seen) -> {
            Subschema next = run.quietly(condition, value, seen) ? then : otherwise;
            return next == null || next.holds(value, run, seen);
        };
    }

    static Rule reference(SchemaDocument document, String reference) {
        return (value, run, seen) -> {
            Subschema schema = document.follow(reference);
            if (schema == null) {
                throw new Run.TooMuch("a reference of the schema leads nowhere");
            }
            return schema.holds(value, run, seen);
        };
    }
}
