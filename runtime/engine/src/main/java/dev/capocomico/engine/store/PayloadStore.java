package dev.capocomico.engine.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.value.Reference;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Keeps what is too large for a row of the journal, each value once for an execution. Methods block; they fail with a
 * {@link StoreException} when the database cannot be asked, and may then be called again.
 */
public interface PayloadStore {
    /**
     * Keeps what is {@linkplain StoredValues#isLarge large} in the values.
     *
     * @return the values, in their order, with {@linkplain Reference references} in place of what is large; when this returns, all that they
     *     refer to is durable
     */
    List<JsonNode> keep(ExecutionKey key, List<JsonNode> values);

    /**
     * What references stand for, which may hold references itself. A {@linkplain JsonNode#isMissingNode missing node} for what is not there
     * or is damaged.
     */
    Map<Reference, JsonNode> open(ExecutionKey key, Collection<Reference> references);

    /**
     * A value with everything that it refers to; as it is when it refers to nothing.
     *
     * @throws ValueLostException if some of it is not there, or is damaged
     */
    JsonNode whole(ExecutionKey key, JsonNode value);

    /**
     * Gives another execution all that a value refers to, so that the value means the same there. Nothing is brought into memory as a whole.
     *
     * @param from the execution that has kept it
     * @throws ValueLostException if some of it is not there
     */
    void copy(ExecutionKey from, ExecutionKey to, JsonNode value);
}
