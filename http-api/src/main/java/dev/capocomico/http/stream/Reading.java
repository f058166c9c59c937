package dev.capocomico.http.stream;

import dev.capocomico.engine.store.JournalTail.Position;
import java.util.List;

/** Reads news in their order, each once. Stands where it has read to. For one thread at a time; blocks. */
interface Reading {
    /** What comes next; empty when there is nothing more now. */
    List<Item> more();

    /** Whether nothing more is to be expected, if what was read last was all. */
    boolean over();

    /**
     * Nothing of what is read here lies between two places in the journal, so that who has read to the first one need not look there.
     *
     * @return false when it has not, and must read
     */
    default boolean passOver(Position from, Position to) {
        return false;
    }

    /** Begins to read. */
    interface Source {
        /** Reads what comes after a place; what is before may be told too. */
        Reading after(Place place);
    }
}
