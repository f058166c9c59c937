package dev.capocomico.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.language.schema.JsonSchemas;
import dev.capocomico.model.schema.Schemas;
import java.util.Optional;

/** Lets the rules use the language's JSON Schemas. */
public final class SchemaCheck implements Schemas {
    private final JsonSchemas schemas = new JsonSchemas();

    @Override
    public Optional<String> misfit(JsonNode schema, JsonNode value) {
        return schemas.misfits(schema, value).stream()
                .findFirst()
                .map(misfit ->
                        misfit.pointer().isEmpty() ? misfit.message() : misfit.pointer() + ": " + misfit.message());
    }
}
