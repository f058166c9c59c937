package dev.capocomico.persistence.wire;

import dev.capocomico.engine.store.UnreadableException;
import org.jspecify.annotations.Nullable;

/**
 * A row of the journal that this program cannot read: it was written by a newer one, or is damaged. Nothing of the row is used;
 * an execution that has such a row is not recovered until a program comes that knows what it says.
 */
public final class UnreadableStepException extends UnreadableException {
    private static final long serialVersionUID = 1;

    UnreadableStepException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
