package dev.capocomico.model.value;

import java.util.Set;

/** What came of something that looks into values: a result, or what has to be at hand before there is one. */
public sealed interface Reading<T> {
    record Done<T>(T result) implements Reading<T> {}

    /** To be tried again with these at hand; it may then need others. Nothing has been done. */
    record Needs<T>(Set<Reference> references) implements Reading<T> {
        public Needs {
            references = Set.copyOf(references);
        }
    }
}
