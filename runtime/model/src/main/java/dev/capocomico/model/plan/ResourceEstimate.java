package dev.capocomico.model.plan;

import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Role;

/**
 * What the roles of a definition ask for together, if all their slots are taken at once. A sum beyond {@code long} is
 * {@link Long#MAX_VALUE}.
 *
 * @param agents the slots of all roles
 * @param cpuMillis thousandths of a core; a role that does not say how much it needs adds nothing
 */
public record ResourceEstimate(long agents, long cpuMillis, long memoryBytes) {

    static ResourceEstimate of(Definition definition) {
        long agents = 0;
        long cpuMillis = 0;
        long memoryBytes = 0;
        for (Role role : definition.agents().values()) {
            agents += role.count();
            cpuMillis = Saturating.add(
                    cpuMillis,
                    Saturating.multiply(role.count(), role.resources().cpuMillis()));
            memoryBytes = Saturating.add(
                    memoryBytes,
                    Saturating.multiply(role.count(), role.resources().memoryBytes()));
        }
        return new ResourceEstimate(agents, cpuMillis, memoryBytes);
    }
}
