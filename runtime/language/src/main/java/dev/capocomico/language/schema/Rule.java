package dev.capocomico.language.schema;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** What one keyword of a schema asks of a value. */
@FunctionalInterface
interface Rule {
    /**
     * Whether the value is as asked; what is not is reported to the run.
     *
     * @param seen which properties and items of the value were looked at; null when nobody asks
     */
    boolean holds(JsonNode value, Run run, @Nullable Seen seen);
}
