package dev.capocomico.bench;

import dev.capocomico.Capocomico;
import dev.capocomico.CapocomicoBuilder;
import dev.capocomico.Execution;
import dev.capocomico.WorkflowRef;
import dev.capocomico.model.definition.Definition;

/**
 * Executions of one kind, end to end: what is executed, who does the work, and what must come of it. A wrong result ends the
 * measurement: a figure of an engine that is wrong is of no use.
 */
interface Workload {
    Definition definition();

    /** Brings the agents that its tasks need. They do nothing that takes time, unless the gate is closed. */
    void serve(CapocomicoBuilder node, Gate gate);

    /** Begins the execution with this number; durable when it returns. */
    Execution begin(Capocomico capo, WorkflowRef workflow, int number) throws InterruptedException;

    /**
     * Waits for the end of that execution.
     *
     * @throws IllegalStateException if it did not end as it should
     */
    void finish(Execution execution, int number) throws Exception;

    /**
     * Checks what only all executions together show.
     *
     * @param executions how many have ended since the beginning
     */
    void check(long executions);

    Shape shape();

    /**
     * What one execution consists of, and how many make a measurement.
     *
     * @param tasks those that count in tasks a second
     * @param gated calls of agents of one execution that stand before the gate together when it is closed
     * @param cold executions of the cold figure; a fifth as many come before them
     * @param held executions that are held under way to see what they take of the heap
     */
    record Shape(int tasks, int agentCalls, int gated, int cold, int held) {}
}
