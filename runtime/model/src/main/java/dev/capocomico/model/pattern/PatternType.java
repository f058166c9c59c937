package dev.capocomico.model.pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.model.definition.Definition;
import java.util.List;

/** One coordination pattern as it is offered to those who write workflows. */
public interface PatternType {
    String name();

    /** One sentence. */
    String description();

    /** JSON Schema 2020-12 of the settings. */
    JsonNode settingsSchema();

    /**
     * What a schema cannot say, such as that a name in the settings is a role of the workflow. Called only with settings that
     * fit the schema.
     */
    List<SettingsProblem> check(ObjectNode settings, Definition definition);

    /**
     * One thing that is wrong with the settings.
     *
     * @param pointer JSON pointer into the settings
     */
    record SettingsProblem(String pointer, String message, String hint) {}
}
