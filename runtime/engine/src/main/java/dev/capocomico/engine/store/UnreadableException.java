package dev.capocomico.engine.store;

import org.jspecify.annotations.Nullable;

/**
 * What was asked for is there, and this program cannot understand it: it is damaged, incomplete, or was written by a newer program. To
 * ask again gives the same; {@link StoreException} is what passes.
 */
public class UnreadableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UnreadableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
