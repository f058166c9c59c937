package dev.capocomico.language.meaning;

import dev.capocomico.language.meaning.Document.TaskPlace;
import dev.capocomico.language.problem.ProblemCode;
import dev.capocomico.language.tree.Node;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** That a task does exactly one thing, and has only keys that go with it. */
record TaskKinds(Document document) {
    /** What makes a task a task of some kind, by the key that says so. */
    private static final List<String> KINDS = List.of("agent", "wait_for", "sleep", "workflow");

    private static final Set<String> OF_AGENTS = Set.of("action", "parallel", "heartbeat");
    private static final Set<String> OF_AGENTS_AND_CHILDREN = Set.of(
            "input", "for_each", "max_parallel", "repeat", "timeout", "retry_policy", "priority", "output_schema");

    void check() {
        for (TaskPlace place : document.tasks()) {
            if (place.at().node() instanceof Node.Mapping mapping) {
                check(place, mapping);
            }
        }
    }

    private void check(TaskPlace place, Node.Mapping mapping) {
        List<String> kinds =
                KINDS.stream().filter(kind -> mapping.entry(kind) != null).toList();
        if (kinds.isEmpty()) {
            document.problem(ProblemCode.TASK_KIND, place.head(), place.name() + " does nothing", null);
            return;
        }
        if (kinds.size() > 1) {
            String message =
                    "%s has %s, but a task does one thing".formatted(place.name(), String.join(" and ", kinds));
            document.problemWithKey(
                    ProblemCode.TASK_KIND, place.at(), kinds.get(1), message, "make them separate tasks");
            return;
        }
        String kind = kinds.getFirst();
        for (Node.Entry entry : mapping.entries()) {
            String key = entry.key().text();
            boolean agentsOnly = OF_AGENTS.contains(key) && !kind.equals("agent");
            boolean neither = OF_AGENTS_AND_CHILDREN.contains(key) && !kind.equals("agent") && !kind.equals("workflow");
            if (agentsOnly || neither) {
                String message = "a task with %s takes no %s".formatted(kind, key);
                document.problemWithKey(ProblemCode.NOT_APPLICABLE, place.at(), key, message, advice(kind, key));
            }
        }
        boolean fansOut = mapping.entry("for_each") != null || place.task().fanOut() != null;
        if (mapping.entry("max_parallel") != null && !fansOut && (kind.equals("agent") || kind.equals("workflow"))) {
            document.problemWithKey(
                    ProblemCode.NOT_APPLICABLE,
                    place.at(),
                    "max_parallel",
                    "max_parallel says how many elements of parallel or for_each run at once; this task has neither",
                    "add parallel: true or for_each, or remove max_parallel");
        }
    }

    private static @Nullable String advice(String kind, String key) {
        return kind.equals("wait_for") && key.equals("timeout") ? "write it inside: wait_for: {timeout: …}" : null;
    }
}
