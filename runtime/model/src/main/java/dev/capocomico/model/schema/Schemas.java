package dev.capocomico.model.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** Holds values against JSON Schemas. Deterministic; the schemas were checked when the definition was registered. */
public interface Schemas {
    /** What keeps a value from fitting, as a sentence for a person; empty when it fits. */
    Optional<String> misfit(JsonNode schema, JsonNode value);
}
