package dev.capocomico.patterns;

import dev.capocomico.model.pattern.PatternCatalogue;
import dev.capocomico.model.pattern.PatternType;
import java.util.List;

/** The patterns that come with the runtime. */
public final class BuiltInPatterns implements PatternCatalogue {
    private static final List<PatternType> ALL = List.of(
            new SupervisorSettings(),
            new HierarchicalSettings(),
            new HandoffSettings(),
            new SwarmSettings(),
            new NetworkSettings(),
            new GraphSettings());

    @Override
    public List<PatternType> all() {
        return ALL;
    }
}
