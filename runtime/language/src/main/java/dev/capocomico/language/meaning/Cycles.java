package dev.capocomico.language.meaning;

import dev.capocomico.language.meaning.Document.TaskPlace;
import dev.capocomico.language.problem.ProblemCode;
import dev.capocomico.language.tree.Cursor;
import dev.capocomico.language.tree.Node;
import dev.capocomico.model.plan.TaskGraph;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** That no task waits, through others, for itself. */
record Cycles(Document document, TaskGraph graph) {
    /** Longer circles are shown with their middle left out. */
    private static final int SHOWN_MAX = 12;

    /** Whether there is no cycle, so that "upstream" has a meaning. */
    boolean check() {
        List<List<Integer>> cycles = graph.cycles();
        for (List<Integer> cycle : cycles) {
            // A circle of one is reported as a task that depends on itself.
            if (cycle.size() > 1) {
                report(cycle);
            }
        }
        return cycles.isEmpty();
    }

    private void report(List<Integer> cycle) {
        List<Integer> path = new ArrayList<>(cycle);
        Collections.rotate(path, -path.indexOf(Collections.min(path)));
        String before = graph.id(path.getLast());
        TaskPlace first = document.first(graph.id(path.getFirst()));
        Cursor list = first.at().at("depends_on");
        Cursor where = list == null
                ? first.head()
                : list.items()
                        .filter(entry -> entry.node() instanceof Node.Scalar scalar
                                && scalar.text().equals(before))
                        .findFirst()
                        .orElse(first.head());
        document.problem(
                ProblemCode.CYCLE,
                where,
                "these tasks wait for each other: " + shown(path),
                "an arrow leads from a task to one that waits for it; remove one of them");
    }

    private String shown(List<Integer> path) {
        List<String> ids = new ArrayList<>(path.stream().map(graph::id).toList());
        ids.add(ids.getFirst());
        if (ids.size() > SHOWN_MAX) {
            List<String> shortened = new ArrayList<>(ids.subList(0, SHOWN_MAX / 2));
            shortened.add("… " + (ids.size() - SHOWN_MAX) + " more …");
            shortened.addAll(ids.subList(ids.size() - SHOWN_MAX / 2, ids.size()));
            ids = shortened;
        }
        return String.join(" -> ", ids);
    }
}
