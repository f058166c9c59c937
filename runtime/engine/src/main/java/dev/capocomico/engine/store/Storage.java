package dev.capocomico.engine.store;

/**
 * What executions keep beside the journal.
 *
 * @param steps the journal itself, for those who only look
 */
public record Storage(PayloadStore payloads, SnapshotStore snapshots, Archive archive, StepLog steps) {}
