package dev.capocomico.engine.probe;

/** A moment at which a crash leaves something half done. Tests halt the program at each of them. */
public enum CrashPoint {
    BEFORE_PAYLOAD_WRITE,
    AFTER_PAYLOAD_WRITE,
    BEFORE_JOURNAL_COMMIT,
    AFTER_JOURNAL_COMMIT,
    BEFORE_REPLY,
    AFTER_REPLY,
    BEFORE_DISPATCH,
    AFTER_DISPATCH,
    BEFORE_OUTCOME_REPORT,
    AFTER_OUTCOME_REPORT,
    BEFORE_PROJECTION,
    AFTER_PROJECTION,
    BEFORE_OFFSET,
    AFTER_OFFSET,
    BEFORE_SNAPSHOT,
    AFTER_SNAPSHOT,
    DURING_RECOVERY
}
