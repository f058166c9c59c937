package dev.capocomico.engine.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.execution.ExecutionKey;
import java.time.Instant;
import java.util.Optional;

/** Takes the history of executions that ended long ago out of the journal; the summary in the table stays. */
public interface Archive {
    /** How many were taken out. To be called again while it is as many as the limit. */
    int removeEndedBefore(Instant time, int limit);

    /** What is left of one whose history is gone; empty when nobody knows it. */
    Optional<Summary> find(ExecutionKey key);

    /**
     * What is still known.
     *
     * @param summary as JSON: how it ended, and its output if that is small
     */
    record Summary(String status, String workflowDigest, JsonNode summary) {}
}
