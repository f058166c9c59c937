package dev.capocomico.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.http.workflow.Executable;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.pattern.PatternCatalogue;
import dev.capocomico.model.pattern.PatternType;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One that can be executed, and one that cannot. */
final class TwoPatterns implements PatternCatalogue, Executable {
    @Override
    public List<PatternType> all() {
        return List.of(new Named("graph"), new Named("swarm"));
    }

    @Override
    public Set<String> patterns() {
        return Set.of("graph");
    }

    @Override
    public Optional<String> complaint(Definition definition) {
        String pattern = definition.pattern().name();
        return patterns().contains(pattern)
                ? Optional.empty()
                : Optional.of("the pattern \"" + pattern + "\" cannot be executed yet");
    }

    private record Named(String name) implements PatternType {
        @Override
        public String description() {
            return "The pattern " + name + ".";
        }

        @Override
        public JsonNode settingsSchema() {
            return JsonNodeFactory.instance.objectNode().put("type", "object");
        }

        @Override
        public List<SettingsProblem> check(ObjectNode settings, Definition definition) {
            return List.of();
        }
    }
}
