package dev.capocomico.engine.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.ExecutionKey;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes the history of executions that ended long ago out of the journal. What stays is their row in the table of executions, and
 * in the journal a mark above their last step: it keeps the id from being used again, and the execution from going on.
 */
public interface Archive {
    /** By the clock of the database. Blocks. */
    Instant now();

    /**
     * Takes out executions that ended before a time (by the clock of the node that dated the end, and by that of the database, which
     * heard of it), and that every reader of the journal has read to the end. Blocks; each is
     * taken out whole or not at all.
     *
     * @return how many; to be called again while it is as many as the limit
     */
    int removeEndedBefore(Instant time, int limit);

    /** What is left of one whose history is gone; empty when nobody knows it. Blocks. */
    Optional<Summary> find(ExecutionKey key);

    /**
     * What is still known.
     *
     * @param task whose failure it was; null when no task is to blame
     * @param output null when there was none, and when it was too large to be kept
     */
    record Summary(
            String workflowDigest,
            Ending.Kind kind,
            String code,
            String message,
            @Nullable String task,
            @Nullable JsonNode output) {}
}
