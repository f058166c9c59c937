package dev.capocomico.engine.store;

import java.time.Duration;
import java.util.List;

/** Keeps the table of executions: reads what was committed to the journal since, in an order that no late commit can change. */
public interface Projection {
    /**
     * Handles one batch. Both what comes of it and how far it has come are committed at once, so a crash leaves neither a gap nor
     * a double. When somebody else does the same at this moment, nothing is done.
     */
    Batch advance();

    /** How far the table is behind the journal. */
    Lag lag();

    /**
     * What a batch came to.
     *
     * @param rows of the journal that were read
     * @param more whether another batch can be had at once
     * @param setAside rows among them that could not be taken in, each with its reason; they are not tried again
     */
    record Batch(int rows, boolean more, List<String> setAside) {
        public Batch {
            setAside = List.copyOf(setAside);
        }
    }

    /**
     * Rows that are not in the table yet, each counted up to a bound.
     *
     * @param ready can be read at once
     * @param heldBack wait for a transaction to end that is older than they are
     * @param age of the oldest of them; zero if there are none
     */
    record Lag(long ready, long heldBack, Duration age) {}
}
