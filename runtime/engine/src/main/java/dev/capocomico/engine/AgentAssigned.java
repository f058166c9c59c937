package dev.capocomico.engine;

import dev.capocomico.model.execution.ExecutionKey;
import org.jspecify.annotations.Nullable;

/**
 * An agent has begun with an attempt. This is in no journal, so it is told once, to those who listen on this node's event stream at that
 * moment, and to nobody after a crash: whatever has to be sure asks the execution.
 *
 * @param element of a fan-out, from 0; null where there is none, and where something is undone
 * @param attempt its number, from 1
 * @param role in the workflow, for which the agent was wanted
 * @param agent of which type it is
 */
public record AgentAssigned(
        ExecutionKey execution,
        String workflow,
        String version,
        String task,
        @Nullable Integer element,
        int attempt,
        String role,
        String agent,
        long atMillis) {}
