package dev.capocomico.persistence.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.capocomico.model.execution.ValueLimits;

/** How JSON is read that stands in a table: within bounds that nothing exceeds which was ever let in. */
final class StoredJson {
    static final JsonMapper MAPPER = new JsonMapper(
            JsonFactory.builder().streamReadConstraints(ValueLimits.stored()).build());

    private StoredJson() {}
}
