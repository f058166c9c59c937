package dev.capocomico.engine.store;

/** What executions keep beside the journal. */
public record Storage(PayloadStore payloads, SnapshotStore snapshots, Archive archive) {}
