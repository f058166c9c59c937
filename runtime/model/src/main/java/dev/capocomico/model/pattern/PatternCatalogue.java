package dev.capocomico.model.pattern;

import java.util.List;
import java.util.Optional;

/** The patterns that a workflow may name. */
public interface PatternCatalogue {
    List<PatternType> all();

    default Optional<PatternType> find(String name) {
        return all().stream().filter(pattern -> pattern.name().equals(name)).findFirst();
    }
}
