package dev.capocomico.engine.store;

import dev.capocomico.engine.LargeValues;

/**
 * What executions keep beside the journal.
 *
 * @param steps the journal itself, for those who only look
 */
public record Storage(LargeValues values, SnapshotStore snapshots, Archive archive, StepLog steps) {}
