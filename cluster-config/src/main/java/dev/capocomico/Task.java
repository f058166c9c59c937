package dev.capocomico;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/** One attempt at a task, as its agent sees it. May be used by several threads until the agent has returned. */
public interface Task {
    String executionId();

    /** The task's id in the workflow. */
    String id();

    /** What the agent is asked to do. */
    String action();

    /** The input; shared, so not to be changed. */
    JsonNode input();

    /** The settings of the role that the agent plays; shared, so not to be changed. */
    JsonNode settings();

    /** The number of the attempt, from 1. */
    int attempt();

    /** The same for every attempt at this piece of work, and no other's: for those who must do a thing once. */
    String idempotencyKey();

    /** When the attempt is given up; empty when it may take its time. */
    Optional<Instant> deadline();

    /**
     * Says that the agent is alive, to be called more often than the task's {@code heartbeat} asks for: an agent that is silent for
     * longer fails the attempt with the code {@code TIMEOUT}. Costs next to nothing.
     */
    void heartbeat();

    /**
     * Adds to what the attempt has used up. It is recorded with the attempt's outcome, whether that is good or bad; of an attempt
     * that is lost nothing is.
     *
     * @param cost in the currency that budgets are given in; kept to a billionth of it
     * @throws IllegalArgumentException if either is less than nothing
     */
    void usage(long tokens, BigDecimal cost);

    /** The same for a cost that is at hand as a {@code double}: 0.1 is taken for a tenth. */
    default void usage(long tokens, double cost) {
        usage(tokens, BigDecimal.valueOf(cost));
    }

    /** Whether nobody wants the result any more. The agent's thread is interrupted as well. */
    boolean cancelled();
}
