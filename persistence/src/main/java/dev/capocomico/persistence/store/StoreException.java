package dev.capocomico.persistence.store;

import java.sql.SQLException;

/** The database could not be asked. Whether a change was made is not known; to ask again does no harm. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    StoreException(String what, SQLException cause) {
        super(what + ": " + cause.getMessage(), cause);
    }

    StoreException(String what) {
        super(what);
    }
}
