package dev.capocomico.engine.store;

/**
 * A store could not be asked: what every port of this package fails with when its database is away. Whether a change was made is
 * not known; to ask again does no harm.
 */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StoreException(String what, Throwable cause) {
        super(what + ": " + cause.getMessage(), cause);
    }

    public StoreException(String what) {
        super(what);
    }
}
