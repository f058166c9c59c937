package dev.capocomico.patterns;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.model.definition.Definition;
import java.util.List;

/** Equals propose and vote. */
final class SwarmSettings extends DescribedPattern {
    SwarmSettings() {
        super("swarm", "Equals propose and vote in rounds until they agree, or the rounds are used up.");
    }

    @Override
    public List<SettingsProblem> check(ObjectNode settings, Definition definition) {
        boolean quorumRule = settings.path("consensus").asText("majority_vote").equals("quorum");
        if (settings.has("quorum") && !quorumRule) {
            return List.of(new SettingsProblem(
                    "/quorum", "quorum is used by consensus: quorum only", "set consensus: quorum, or remove it"));
        }
        return List.of();
    }
}
