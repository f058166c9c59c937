package dev.capocomico.http.stream;

import java.util.List;

/** Reads news in their order, each once. Stands where it has read to. For one thread at a time; blocks. */
interface Reading {
    /** What comes next; empty when there is nothing more now. */
    List<Item> more();

    /** Whether nothing more is to be expected, if what was read last was all. */
    boolean over();

    /** Begins to read. */
    interface Source {
        /** Reads what comes after a place; what is before may be told too. */
        Reading after(Place place);
    }
}
