package dev.capocomico.language.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.capocomico.language.regex.RegexCost;
import dev.capocomico.language.work.Cancellation;
import java.util.List;
import java.util.Map;

/**
 * The patterns of one schema. What one costs is known before it is compiled, and so is what all of them cost: a schema has room for
 * thousands.
 */
final class Patterns {
    private static final int CHARACTERS_MAX = 1_000;

    private final List<Misfit> problems;
    private long compiling;

    Patterns(List<Misfit> problems) {
        this.problems = problems;
    }

    void check(JsonNode schema, String pointer) {
        JsonNode pattern = schema.path("pattern");
        if (pattern.isTextual()) {
            check(pattern.asText(), pointer + "/pattern");
        }
        for (Map.Entry<String, JsonNode> entry :
                schema.path("patternProperties").properties()) {
            check(entry.getKey(), pointer + "/patternProperties/" + JsonSchemas.escaped(entry.getKey()));
        }
        JsonSchemas.forEachChild(schema, pointer, this::check);
    }

    private void check(String pattern, String pointer) {
        Cancellation.check();
        if (pattern.length() > CHARACTERS_MAX) {
            problems.add(new Misfit(pointer, "a pattern has at most " + CHARACTERS_MAX + " characters"));
            return;
        }
        RegexCost cost = RegexCost.atMost(pattern);
        if (cost.instructions() > JsonSchemas.PATTERN_INSTRUCTIONS_MAX) {
            problems.add(new Misfit(
                    pointer,
                    "the pattern comes to more than %,d instructions once its repetitions are written out"
                            .formatted(JsonSchemas.PATTERN_INSTRUCTIONS_MAX)));
            return;
        }
        long before = compiling;
        compiling += cost.compiling();
        if (compiling > JsonSchemas.PATTERNS_COMPILING_MAX) {
            if (before <= JsonSchemas.PATTERNS_COMPILING_MAX) {
                problems.add(new Misfit(
                        pointer, "the patterns of this schema up to here are too many, or too large, to be compiled"));
            }
            return;
        }
        try {
            Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            problems.add(new Misfit(pointer, "the pattern is not of RE2: " + e.getDescription()));
        }
    }
}
