package dev.capocomico.model.execution;

/** The stretches of an execution's life, each with rules of its own. */
public enum Phase {
    /** Nothing has been asked yet. */
    NEW,
    /** Tasks run. */
    RUNNING,
    /** It is known how it ends; what still runs is waited for. */
    ENDING,
    /** What was done is undone. */
    COMPENSATING,
    ENDED
}
