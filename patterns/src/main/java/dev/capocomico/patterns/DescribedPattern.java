package dev.capocomico.patterns;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.language.problem.DidYouMean;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.pattern.PatternType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A pattern whose settings are described by a schema that stands beside its class, named after the pattern. */
abstract class DescribedPattern implements PatternType {
    /** As many as a reader reports: more would be made only to be thrown away. */
    private static final int PROBLEMS_MAX = 1_000;

    private final String name;
    private final String description;
    private final JsonNode schema;

    DescribedPattern(String name, String description) {
        this.name = name;
        this.description = description;
        this.schema = readSchema(name);
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final String description() {
        return description;
    }

    @Override
    public final JsonNode settingsSchema() {
        return schema;
    }

    @Override
    public List<SettingsProblem> check(ObjectNode settings, Definition definition) {
        return List.of();
    }

    /** Each of these must be a role of the workflow. */
    static void roles(JsonNode names, String pointer, Definition definition, List<SettingsProblem> problems) {
        if (names.isTextual()) {
            role(names.asText(), pointer, definition, problems);
        }
        for (int index = 0; names.isArray() && index < names.size(); index++) {
            roles(names.get(index), pointer + "/" + index, definition, problems);
        }
    }

    /** The keys are roles, and so is everything in their values. */
    static List<SettingsProblem> rolesToRoles(JsonNode mapping, String pointer, Definition definition) {
        List<SettingsProblem> problems = new ArrayList<>();
        mapping.properties().forEach(entry -> {
            String at = pointer + "/" + entry.getKey().replace("~", "~0").replace("/", "~1");
            role(entry.getKey(), at, definition, problems);
            roles(entry.getValue(), at, definition, problems);
        });
        return problems;
    }

    static void role(String name, String pointer, Definition definition, List<SettingsProblem> problems) {
        if (!definition.agents().containsKey(name) && problems.size() < PROBLEMS_MAX) {
            String hint = DidYouMean.hint(name, definition.agents().keySet(), "the agents are");
            problems.add(new SettingsProblem(pointer, "there is no agent \"" + name + "\"", hint));
        }
    }

    private static JsonNode readSchema(String name) {
        String resource = name + ".settings.schema.json";
        try (InputStream stream = DescribedPattern.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("the schema " + resource + " is missing from the program");
            }
            return new ObjectMapper().readTree(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
