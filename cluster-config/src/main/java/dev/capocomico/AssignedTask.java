package dev.capocomico;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.engine.Assignment;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/** What an agent sees of its assignment. */
record AssignedTask(Assignment assignment) implements Task {
    @Override
    public String executionId() {
        return assignment.executionId();
    }

    @Override
    public String id() {
        return assignment.taskId();
    }

    @Override
    public String action() {
        return assignment.action();
    }

    @Override
    public JsonNode input() {
        return assignment.input();
    }

    @Override
    public JsonNode settings() {
        return assignment.settings();
    }

    @Override
    public int attempt() {
        return assignment.attempt();
    }

    @Override
    public String idempotencyKey() {
        return assignment.idempotencyKey();
    }

    @Override
    public Optional<Instant> deadline() {
        return assignment.deadline();
    }

    @Override
    public void heartbeat() {
        assignment.heartbeat();
    }

    @Override
    public void usage(long tokens, BigDecimal cost) {
        assignment.usage(tokens, cost);
    }

    @Override
    public boolean cancelled() {
        return assignment.cancelled();
    }
}
