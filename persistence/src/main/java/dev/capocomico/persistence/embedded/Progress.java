package dev.capocomico.persistence.embedded;

/**
 * Hears what the start is doing, as short phrases for a person ("creating the database in .capo"). The first start ever takes
 * seconds; without a word it looks like a hang. Called on the thread that starts the server.
 */
@FunctionalInterface
public interface Progress {
    void now(String phrase);

    /** Nobody listens. */
    static Progress silent() {
        return phrase -> {};
    }
}
