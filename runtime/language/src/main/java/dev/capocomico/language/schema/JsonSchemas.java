package dev.capocomico.language.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.networknt.schema.OutputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;
import com.networknt.schema.regex.RegularExpression;
import dev.capocomico.language.expression.ExpressionLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * JSON Schema 2020-12, with nothing that a hostile schema could use: references lead only into the schema itself and not in a circle,
 * what holding a value against it may take is bounded, and patterns are of RE2, which cannot be made to explode. A pattern that RE2 does not know (a look-ahead, a back-reference) is refused
 * with the schema.
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

    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12, builder -> builder.schemaCacheEnabled(false)
                    .resourceLoaders(loaders -> loaders.values(List::clear))
                    .schemaRegistryConfig(SchemaRegistryConfig.builder()
                            .regularExpressionFactory(JsonSchemas::linearTime)
                            .pathType(PathType.JSON_POINTER)
                            .build()));

    /** Compiled lazily: most definitions have no schema, and the meta-schema takes a while to load. */
    private static final class MetaSchema {
        static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(
                        SpecificationVersion.DRAFT_2020_12,
                        builder -> builder.schemaRegistryConfig(SchemaRegistryConfig.builder()
                                .pathType(PathType.JSON_POINTER)
                                .build()))
                .getSchema(SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId()));
    }

    /** What keeps a JSON value from being a schema; empty when it is one. */
    public List<Misfit> problemsOfSchema(JsonNode schema) {
        List<Misfit> problems = new ArrayList<>(Misfits.of(MetaSchema.SCHEMA.validate(schema)));
        references(schema, schema, "", problems);
        circles(schema, schema, "", new Circles(schema), problems);
        new Patterns(problems).check(schema, "");
        if (problems.isEmpty()) {
            try {
                registry.getSchema(schema).initializeValidators();
            } catch (SchemaException e) {
                problems.add(new Misfit("", firstLine(String.valueOf(e.getMessage()))));
            }
        }
        return problems;
    }

    /** Where a value does not fit a schema that {@link #problemsOfSchema} found nothing wrong with. */
    public List<Misfit> misfits(JsonNode schema, JsonNode value) {
        return compile(schema).misfits(value);
    }

    /** For those who ask the same schema often: compiling it costs more than to ask it. */
    public Compiled compile(JsonNode schema) {
        return new Compiled(registry.getSchema(schema));
    }

    /** A schema that is ready to be asked. Thread-safe. */
    public static final class Compiled {
        private final Schema schema;

        private Compiled(Schema schema) {
            this.schema = schema;
        }

        /** Where a value does not fit. One that takes too much to say is a value that does not. */
        public List<Misfit> misfits(JsonNode value) {
            Effort effort = new Effort(schema.createExecutionContext().getExecutionConfig());
            try {
                return Misfits.of(schema.validate(effort, value, OutputFormat.DEFAULT));
            } catch (Effort.TooMuch e) {
                return List.of(new Misfit("", String.valueOf(e.getMessage())));
            }
        }
    }

    private static void references(JsonNode root, JsonNode schema, String pointer, List<Misfit> problems) {
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
            } else if (PLAIN_POINTER.matcher(target).matches()
                    && root.at(target.substring(1)).isMissingNode()) {
                problems.add(new Misfit(pointer + "/" + keyword, "\"" + target + "\" leads nowhere in this schema"));
            }
        }
        forEachChild(schema, pointer, (child, at) -> references(root, child, at, problems));
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

    private static RegularExpression linearTime(String pattern) {
        Pattern compiled = Pattern.compile(pattern);
        return value -> compiled.matcher(value).find();
    }

    static String escaped(String token) {
        return token.replace("~", "~0").replace("/", "~1");
    }

    static String firstLine(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
