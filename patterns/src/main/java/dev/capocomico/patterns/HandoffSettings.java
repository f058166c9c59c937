package dev.capocomico.patterns;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.model.definition.Definition;
import java.util.ArrayList;
import java.util.List;

/** One owner at a time passes the work on. */
final class HandoffSettings extends DescribedPattern {
    HandoffSettings() {
        super("handoff", "One owner at a time passes the work on with its context, over allowed ways, through gates.");
    }

    @Override
    public List<SettingsProblem> check(ObjectNode settings, Definition definition) {
        List<SettingsProblem> problems = new ArrayList<>();
        roles(settings.path("start"), "/start", definition, problems);
        problems.addAll(rolesToRoles(settings.path("allowed"), "/allowed", definition));
        settings.path("gates")
                .fieldNames()
                .forEachRemaining(role -> role(role, "/gates/" + role, definition, problems));
        return problems;
    }
}
