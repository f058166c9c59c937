package dev.capocomico.engine.store;

import dev.capocomico.model.execution.ExecutionKey;
import java.util.List;

/** Keeps the table of executions: reads what was committed to the journal since, in an order that no late commit can change. */
public interface Projection {
    /**
     * Handles one batch. Both what comes of it and how far it has come are committed at once, so a crash leaves neither a gap nor
     * a double.
     */
    Batch advance();

    /**
     * What a batch came to.
     *
     * @param rows of the journal that were read; fewer than a full batch when the end was reached
     * @param more whether another batch can be had at once
     * @param toWake executions that may have missed something which came while they were being listed
     */
    record Batch(int rows, boolean more, List<ExecutionKey> toWake) {
        public Batch {
            toWake = List.copyOf(toWake);
        }
    }
}
