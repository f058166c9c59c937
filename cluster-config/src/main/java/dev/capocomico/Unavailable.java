package dev.capocomico;

import org.jspecify.annotations.Nullable;

/**
 * No answer could be had: the database or the node is away, or has too much to do. What was asked for may have happened all the
 * same. An execution may be begun again with the same id; of other commands look first.
 */
public final class Unavailable extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unavailable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
