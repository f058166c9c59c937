package dev.capocomico.engine.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.execution.ExecutionKey;
import java.util.List;

/**
 * Keeps what is too large for a row of the journal, each value once for an execution. Methods block; they fail with an exception
 * when the database cannot be asked, and may then be called again.
 */
public interface PayloadStore {
    /**
     * Keeps what is {@linkplain StoredValues#isLarge large} in the values.
     *
     * @return the values, in their order, with {@linkplain StoredValues references} in place of what is large; when this returns,
     *     all that they refer to is durable
     */
    List<JsonNode> keep(ExecutionKey key, List<JsonNode> values);

    /**
     * The values as they were before they were kept; without a reference they come back as they are.
     *
     * @throws RuntimeException also when something is not there, or is not what was kept
     */
    List<JsonNode> fetch(ExecutionKey key, List<JsonNode> values);
}
