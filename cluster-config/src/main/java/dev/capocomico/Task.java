package dev.capocomico;

import com.fasterxml.jackson.databind.JsonNode;
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

    /** Says that the agent is alive, to be called more often than the task's {@code heartbeat} asks for. */
    void heartbeat();

    /** Whether nobody wants the result any more. The agent's thread is interrupted as well. */
    boolean cancelled();
}
