package dev.capocomico.language;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.pattern.PatternCatalogue;
import dev.capocomico.model.pattern.PatternType;
import java.util.List;
import java.util.stream.Stream;

/** The names of patterns as users know them; {@code rounds} is a setting that must be a number from 1 to 9, but not 7. */
final class SamplePatterns implements PatternCatalogue {
    @Override
    public List<PatternType> all() {
        return Stream.of("graph", "supervisor", "swarm")
                .<PatternType>map(Sample::new)
                .toList();
    }

    private record Sample(String name) implements PatternType {
        @Override
        public String description() {
            return "A sample.";
        }

        @Override
        public JsonNode settingsSchema() {
            ObjectNode schema = JsonNodeFactory.instance.objectNode().put("additionalProperties", false);
            ObjectNode rounds = schema.putObject("properties").putObject("rounds");
            rounds.put("type", "integer").put("minimum", 1).put("maximum", 9);
            return schema;
        }

        @Override
        public List<SettingsProblem> check(ObjectNode settings, Definition definition) {
            return settings.path("rounds").asInt() == 7
                    ? List.of(new SettingsProblem("/rounds", "seven is unlucky", "take eight"))
                    : List.of();
        }
    }
}
