package dev.capocomico.engine.store;

/** A large value that something refers to is not there, or is not what was kept. To ask again does not help. */
public final class ValueLostException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ValueLostException(String message) {
        super(message);
    }
}
