package dev.capocomico.engine;

import dev.capocomico.model.definition.Definition;
import java.util.Optional;
import java.util.Set;

/** Says which definitions the engine can execute: valid is more than what is built so far. */
public final class Executability {
    /** The patterns whose protocol is that of the graph. */
    private static final Set<String> EXECUTED_AS_GRAPH = Set.of("graph", "supervisor");

    private Executability() {}

    /** What stands in the way, as the end of a sentence that begins with the definition; empty if nothing does. */
    public static Optional<String> obstacle(Definition definition) {
        String pattern = definition.pattern().name();
        return EXECUTED_AS_GRAPH.contains(pattern)
                ? Optional.empty()
                : Optional.of(
                        "coordinates its agents by the pattern \"%s\", which cannot be executed yet; \"graph\" and \"supervisor\" can"
                                .formatted(pattern));
    }
}
