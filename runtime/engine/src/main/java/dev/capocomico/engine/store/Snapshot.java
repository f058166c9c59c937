package dev.capocomico.engine.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.execution.ExecutionState;
import java.util.List;

/** A state as it was written, of which large values may still be elsewhere. */
public interface Snapshot {
    /** The number of the step that it is the state after. */
    long step();

    /** How many bytes it takes. */
    int size();

    /** What it was started with. */
    String planDigest();

    /** Those of its values that hold references, in an order of its own. */
    List<JsonNode> references();

    /**
     * The state.
     *
     * @param whole what the {@link #references} stand for, in their order
     */
    ExecutionState state(List<JsonNode> whole);
}
