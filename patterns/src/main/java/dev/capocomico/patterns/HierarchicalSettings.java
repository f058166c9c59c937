package dev.capocomico.patterns;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.model.definition.Definition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A tree of supervisors. */
final class HierarchicalSettings extends DescribedPattern {
    HierarchicalSettings() {
        super("hierarchical", "A tree of supervisors delegates downwards and escalates upwards.");
    }

    /** {@code tree} names for each supervisor those below it; it must be one tree. */
    @Override
    public List<SettingsProblem> check(ObjectNode settings, Definition definition) {
        JsonNode tree = settings.path("tree");
        List<SettingsProblem> problems = new ArrayList<>(rolesToRoles(tree, "/tree", definition));
        Map<String, String> superior = new HashMap<>();
        tree.properties().forEach(entry -> {
            for (JsonNode below : entry.getValue()) {
                String other = superior.putIfAbsent(below.asText(), entry.getKey());
                if (other != null) {
                    String message = "\"%s\" stands below \"%s\" and below \"%s\""
                            .formatted(below.asText(), other, entry.getKey());
                    problems.add(new SettingsProblem("/tree/" + entry.getKey(), message, "everybody has one superior"));
                }
            }
        });
        if (problems.isEmpty() && !tree.isMissingNode()) {
            oneRoot(tree, superior, problems);
        }
        return problems;
    }

    private static void oneRoot(JsonNode tree, Map<String, String> superior, List<SettingsProblem> problems) {
        List<String> roots = new ArrayList<>();
        tree.fieldNames().forEachRemaining(role -> {
            if (!superior.containsKey(role)) {
                roots.add(role);
            }
        });
        if (roots.size() > 1) {
            String message = "there is more than one root: " + String.join(", ", roots);
            problems.add(new SettingsProblem("/tree", message, "put them below one supervisor"));
        } else if (roots.isEmpty() || reached(tree, roots.getFirst()).size() < tree.size()) {
            problems.add(new SettingsProblem("/tree", "some supervisors stand below themselves", "make it a tree"));
        }
    }

    /** The supervisors that a root leads to. */
    private static Set<String> reached(JsonNode tree, String root) {
        Set<String> reached = new HashSet<>(Set.of(root));
        List<String> open = new ArrayList<>(reached);
        while (!open.isEmpty()) {
            for (JsonNode below : tree.path(open.removeLast())) {
                if (tree.has(below.asText()) && reached.add(below.asText())) {
                    open.add(below.asText());
                }
            }
        }
        return reached;
    }
}
