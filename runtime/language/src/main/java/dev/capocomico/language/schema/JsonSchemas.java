package dev.capocomico.language.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.language.expression.ExpressionLimits;
import dev.capocomico.language.work.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * JSON Schema 2020-12, with nothing that a hostile schema or value could use: references lead only into the schema itself and not in a
 * circle, whatever holding a value against it costs is charged before it is done, and patterns are of RE2, whose cost is known. A
 * pattern that RE2 does not know (a look-ahead, a back-reference) is refused with the schema.
 */
public final class JsonSchemas {
    /** Values in one schema: compiling takes a while for each, and a validator lists everything that does not fit. */
    public static final int SCHEMA_VALUES_MAX = 10_000;

    /** Instructions of one pattern, with its counted repetitions written out. */
    static final int PATTERN_INSTRUCTIONS_MAX = ExpressionLimits.REGEX_PROGRAM_MAX;

    /** What it may take to compile all patterns of a schema, in instructions: a fraction of a second. */
    static final int PATTERNS_COMPILING_MAX = 100_000;

    /** A reference whose text is its pointer, without percent escapes. */
    static final java.util.regex.Pattern PLAIN_POINTER = java.util.regex.Pattern.compile("#(/[^%]*)?");

    /** Read when it is first needed: most definitions have no schema. */
    private static final class MetaSchema {
        private static final String RESOURCE = "/json-schema-2020-12.json";
        static final SchemaDocument DOCUMENT = new SchemaDocument(read());

        private static JsonNode read() {
            try (InputStream resource = JsonSchemas.class.getResourceAsStream(RESOURCE)) {
                return new ObjectMapper().readTree(resource);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** What keeps a JSON value from being a schema; empty when it is one. */
    public List<Misfit> problemsOfSchema(JsonNode schema) {
        List<Misfit> problems = new ArrayList<>(new Compiled(MetaSchema.DOCUMENT).misfits(schema));
        references(new SchemaDocument(schema), schema, "", problems);
        circles(schema, schema, "", new Circles(schema), problems);
        new Patterns(problems).check(schema, "");
        return problems;
    }

    /** Where a value does not fit a schema that {@link #problemsOfSchema} found nothing wrong with. */
    public List<Misfit> misfits(JsonNode schema, JsonNode value) {
        return compile(schema).misfits(value);
    }

    /** For those who ask the same schema often. */
    public Compiled compile(JsonNode schema) {
        return new Compiled(new SchemaDocument(schema));
    }

    /** A schema that is ready to be asked. Thread-safe. */
    public static final class Compiled {
        private final SchemaDocument schema;

        private Compiled(SchemaDocument schema) {
            this.schema = schema;
        }

        /**
         * Where a value does not fit, as far as one wants to know: of very many places the first. A value that takes too much to say
         * is one that does not fit.
         */
        public List<Misfit> misfits(JsonNode value) {
            try {
                return misfits(value, Run.STEPS_MAX);
            } catch (Run.TooMuch e) {
                return List.of(new Misfit("", String.valueOf(e.getMessage())));
            }
        }

        /** The same, if it can be said in so few steps. */
        public Optional<List<Misfit>> misfitsWithin(int steps, JsonNode value) {
            try {
                return Optional.of(misfits(value, steps));
            } catch (Run.TooMuch e) {
                return Optional.empty();
            }
        }

        private List<Misfit> misfits(JsonNode value, int steps) {
            Run run = new Run(steps);
            try {
                return schema.whole().holds(value, run, null) ? List.of() : Misfits.of(run.faults());
            } catch (Run.Enough e) {
                return Misfits.of(run.faults());
            }
        }
    }

    private static void references(SchemaDocument document, JsonNode schema, String pointer, List<Misfit> problems) {
        for (String keyword : List.of("$ref", "$dynamicRef")) {
            JsonNode reference = schema.path(keyword);
            String target = reference.asText();
            if (!reference.isTextual()) {
                continue;
            }
            if (!target.startsWith("#")) {
                String message =
                        "\"" + target + "\" leads outside the schema; only references such as #/$defs/x are followed";
                problems.add(new Misfit(pointer + "/" + keyword, message));
            } else if (document.target(target) == null) {
                problems.add(new Misfit(pointer + "/" + keyword, "\"" + target + "\" leads nowhere in this schema"));
            }
        }
        JsonNode id = schema.path("$id");
        if (id.isTextual() && !pointer.isEmpty()) {
            problems.add(new Misfit(
                    pointer + "/$id", "only the schema as a whole has an $id; give a part of it an $anchor instead"));
        }
        forEachChild(schema, pointer, (child, at) -> references(document, child, at, problems));
    }

    private static void circles(
            JsonNode root, JsonNode schema, String pointer, Circles circles, List<Misfit> problems) {
        if (schema.has("$ref") || schema.has("$dynamicRef")) {
            circles.from(pointer)
                    .ifPresent(
                            reference -> problems.add(
                                    new Misfit(
                                            reference,
                                            "\"" + root.at(reference).asText()
                                                    + "\" leads back here without a step into the value, such as a property or an item")));
        }
        forEachChild(schema, pointer, (child, at) -> circles(root, child, at, circles, problems));
    }

    /** What to do with a value inside a schema. */
    interface Visit {
        void at(JsonNode child, String pointer);
    }

    static void forEachChild(JsonNode node, String pointer, Visit visit) {
        Cancellation.check();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            visit.at(entry.getValue(), pointer + "/" + escaped(entry.getKey()));
        }
        if (node.isArray()) {
            int index = 0;
            for (JsonNode item : node) {
                visit.at(item, pointer + "/" + index++);
            }
        }
    }

    static String escaped(String token) {
        return token.replace("~", "~0").replace("/", "~1");
    }
}
