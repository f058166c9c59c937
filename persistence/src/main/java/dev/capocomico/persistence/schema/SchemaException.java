package dev.capocomico.persistence.schema;

import org.jspecify.annotations.Nullable;

/**
 * The database cannot be brought to the shape that this program needs, and was left as it was. The message says what is wrong,
 * in which database, and what to do.
 */
public final class SchemaException extends RuntimeException {
    /** What went wrong, for code that decides by it. */
    public enum Reason {
        /** A newer version of the program has worked on this database. */
        DATABASE_IS_NEWER,
        /** A migration that was applied is not the one of that number in this program. */
        HISTORY_DIFFERS,
        /** The server lacks what the tables need. */
        SERVER_TOO_OLD,
        /** A statement of a migration failed; that migration was rolled back whole. */
        MIGRATION_FAILED,
        /** The database did not answer, or refused to; trying again later may help. */
        DATABASE_UNREACHABLE
    }

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    SchemaException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
