package dev.capocomico.http.execution;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.execution.ExecutionKey;

/** Where the whole of a value is read of which an execution holds references only. */
@FunctionalInterface
public interface ValueReader {
    /**
     * The value with everything that it refers to; blocks.
     *
     * @throws dev.capocomico.engine.store.StoreException if the database cannot be asked
     * @throws dev.capocomico.engine.store.ValueLostException if some of it is not there, or is damaged
     */
    JsonNode whole(ExecutionKey key, JsonNode value);
}
