package dev.capocomico.http;

import dev.capocomico.engine.store.StoreException;

/** What is kept in maps is there, or cannot be reached, as a test says. */
final class FlakyDatabase {
    volatile boolean away;

    /** Throws what the stores throw that cannot ask. */
    void require() {
        if (away) {
            throw new StoreException("jdbc:postgresql://secret-host refused the connection");
        }
    }
}
