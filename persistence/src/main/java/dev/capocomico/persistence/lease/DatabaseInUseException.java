package dev.capocomico.persistence.lease;

/** Another node works on the database. The message says which, and what to do. */
public final class DatabaseInUseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DatabaseInUseException(String message) {
        super(message);
    }
}
