package dev.capocomico.patterns;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.model.definition.Definition;
import java.util.List;

/** Peers send each other messages. */
final class NetworkSettings extends DescribedPattern {
    NetworkSettings() {
        super("network", "Peers send each other messages over allowed links, in order, up to a total.");
    }

    @Override
    public List<SettingsProblem> check(ObjectNode settings, Definition definition) {
        return rolesToRoles(settings.path("links"), "/links", definition);
    }
}
