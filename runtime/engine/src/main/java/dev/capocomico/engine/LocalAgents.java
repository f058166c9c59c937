package dev.capocomico.engine;

import java.util.Map;
import java.util.Optional;

/** The agents that live in this JVM, by the type under which roles ask for them. */
public final class LocalAgents {
    private final Map<String, LocalAgent> byType;
    private final boolean simulateOthers;
    private final LocalAgent simulated = new SimulatedAgent();

    /**
     * Agents by their type.
     *
     * @param simulateOthers whether a simulated agent stands in for types that nobody serves
     */
    public LocalAgents(Map<String, LocalAgent> byType, boolean simulateOthers) {
        this.byType = Map.copyOf(byType);
        this.simulateOthers = simulateOthers;
    }

    /** Whether roles of this type find an agent here. */
    public boolean serves(String type) {
        return find(type).isPresent();
    }

    Optional<LocalAgent> find(String type) {
        LocalAgent agent = byType.get(type);
        if (agent != null) {
            return Optional.of(agent);
        }
        return simulateOthers || type.equals(SimulatedAgent.TYPE) ? Optional.of(simulated) : Optional.empty();
    }
}
