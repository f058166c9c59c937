package dev.capocomico.model.execution;

import java.util.List;

/**
 * Everything that one command led to: one row of the journal, one commit.
 *
 * @param number counts from 1 without gaps; the journal's sequence number
 * @param writer which attempt to write it this row is of; no two attempts have the same. {@link #NO_WRITER} before it is
 *     written, and of rows from before this was recorded
 */
public record Step(long number, long atMillis, List<Fact> facts, long writer) {
    public static final long NO_WRITER = 0;

    public Step {
        facts = List.copyOf(facts);
    }

    public Step(long number, long atMillis, List<Fact> facts) {
        this(number, atMillis, facts, NO_WRITER);
    }

    /** The same, as it is written by somebody. */
    public Step by(long newWriter) {
        return new Step(number, atMillis, facts, newWriter);
    }
}
