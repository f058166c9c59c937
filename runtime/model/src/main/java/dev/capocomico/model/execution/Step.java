package dev.capocomico.model.execution;

import java.util.List;

/**
 * Everything that one command led to: one row of the journal, one commit.
 *
 * @param number counts from 1 without gaps; the journal's sequence number
 */
public record Step(long number, long atMillis, List<Fact> facts) {
    public Step {
        facts = List.copyOf(facts);
    }
}
