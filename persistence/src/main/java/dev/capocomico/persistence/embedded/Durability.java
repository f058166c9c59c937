package dev.capocomico.persistence.embedded;

/** What a commit means on the embedded server. */
public enum Durability {
    /** A commit that was confirmed survives a crash of the process, of the server and of the machine. */
    DURABLE,
    /**
     * A commit that was confirmed survives a crash of this process, and nothing more: a killed server may lose the last
     * moments, a machine that lost power may lose the database. For tests whose data nobody will miss.
     */
    FAST_FOR_TESTS
}
