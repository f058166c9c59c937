package dev.capocomico.cli;

import java.util.Iterator;
import java.util.List;

/** The values that an option can have, for the shell's completion. */
abstract class Candidates implements Iterable<String> {
    private final List<String> values;

    Candidates(List<String> values) {
        this.values = values;
    }

    @Override
    public Iterator<String> iterator() {
        return values.iterator();
    }
}
