package dev.capocomico.cli;

import java.util.Locale;

/**
 * What was found about one thing that a server needs.
 *
 * @param remedy what to do about it; empty where nothing is to be done
 */
record Finding(String name, State state, String found, String remedy) {
    /** How it is. */
    enum State {
        GOOD,
        /** Neither good nor bad: it is so. */
        NOTE,
        BAD;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Finding good(String name, String found) {
        return new Finding(name, State.GOOD, found, "");
    }

    static Finding note(String name, String found) {
        return new Finding(name, State.NOTE, found, "");
    }

    static Finding bad(String name, String found, String remedy) {
        return new Finding(name, State.BAD, found, remedy);
    }
}
