package dev.capocomico.model.definition;

/**
 * Whether and how completed tasks are undone when the execution cannot complete.
 *
 * @param rollbackOnFailure whether a task that failed for good starts the compensation unless it says otherwise
 */
public record Saga(boolean compensationEnabled, boolean rollbackOnFailure, SagaStrategy strategy) {}
