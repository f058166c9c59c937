package dev.capocomico.model.execution;

/**
 * One attempt, for good.
 *
 * @param fence the number of the journal entry that dispatched it; no other attempt at the target has it
 */
public record AttemptKey(Target target, long fence) {}
