package dev.capocomico.persistence.embedded;

import org.jspecify.annotations.Nullable;

/**
 * The embedded server could not be started, stopped or reached. The message is written for the person who started the program:
 * what is wrong, where, and what to do next.
 */
public final class EmbeddedPostgresException extends RuntimeException {
    /** What went wrong, for code that decides by it. */
    public enum Reason {
        /** Another node holds the data directory. */
        DIRECTORY_IN_USE,
        /** The data directory cannot be created, read, written, or belongs to somebody else. */
        DIRECTORY_NOT_USABLE,
        /** The path of the data directory is too long or holds characters that PostgreSQL's starter cannot take. */
        PATH_NOT_USABLE,
        /** What is in the data directory is not complete, or its password is not known. */
        DIRECTORY_DAMAGED,
        DISK_FULL,
        PORT_TAKEN,
        /** No PostgreSQL for this operating system and processor is included. */
        PLATFORM_NOT_SUPPORTED,
        /** PostgreSQL was unpacked, but the system does not run it. */
        BINARIES_NOT_USABLE,
        /** The data directory was made by another major version of PostgreSQL. */
        VERSION_MISMATCH,
        /** PostgreSQL refuses to run as root, or as a user without a name, and no way around was found. */
        NO_USABLE_ACCOUNT,
        NO_SHARED_MEMORY,
        /** The server did not become ready, or did not stop, within the time it was given. */
        TOO_SLOW,
        /** The thread was interrupted while it waited for the server. */
        INTERRUPTED,
        /** Anything else; the message quotes the server. */
        SERVER_FAILED
    }

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    EmbeddedPostgresException(Reason reason, String message) {
        this(reason, message, null);
    }

    EmbeddedPostgresException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
