package dev.capocomico.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/** What an agent in this JVM is asked to do in one attempt, and how it speaks to the execution meanwhile. */
public interface Assignment {
    String executionId();

    String taskId();

    /** The settings of the role that the agent plays. */
    ObjectNode settings();

    String action();

    JsonNode input();

    /** From 1, over all iterations. */
    int attempt();

    /** The same for every attempt at the same piece of work. */
    String idempotencyKey();

    /** When the attempt will be given up; empty when it may take its time. */
    Optional<Instant> deadline();

    /** Says that the agent is alive. */
    void heartbeat();

    /** Adds to what the attempt has used up; see {@link dev.capocomico.model.execution.Usage}. */
    void usage(long tokens, BigDecimal cost);

    /** Whether nobody wants the result any more. The thread is interrupted as well. */
    boolean cancelled();
}
