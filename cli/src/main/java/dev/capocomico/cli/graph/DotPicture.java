package dev.capocomico.cli.graph;

import dev.capocomico.model.plan.Plan;
import java.util.List;

/** A Graphviz digraph, with a rank for each layer. Nodes of tasks are named by their ids. */
final class DotPicture {
    /** Beyond this the layout of Graphviz takes minutes. */
    private static final int TASKS_MAX = 2_000;

    private static final int EDGES_MAX = 10_000;
    private static final int FOLDED_FIGURES = 100;

    private DotPicture() {}

    static String of(Plan plan) {
        boolean whole = plan.size() <= TASKS_MAX && plan.graph().edgeCount() <= EDGES_MAX;
        return draw(whole ? Scene.ofTasks(plan) : Scene.folded(plan, FOLDED_FIGURES, FOLDED_FIGURES));
    }

    private static String draw(Scene scene) {
        String title = Wording.title(scene.plan().definition());
        String figures = String.join(" · ", Wording.figures(scene.plan()));
        StringBuilder text = new StringBuilder("digraph ").append(quoted(title)).append(" {\n");
        text.append("  graph [label=").append(quoted(title, figures)).append(", labelloc=t, fontname=\"Helvetica\"]\n");
        text.append("  node [shape=box, style=rounded, fontname=\"Helvetica\", fontsize=11]\n");
        text.append("  edge [arrowsize=0.7, color=\"#64748b\", fontname=\"Helvetica\", fontsize=9]\n");
        int layer = -1;
        for (int f = 0; f < scene.figures().size(); f++) {
            Figure figure = scene.figures().get(f);
            if (figure.layer() != layer) {
                text.append(layer < 0 ? "" : "  }\n").append("  {\n    rank=same\n");
                layer = figure.layer();
            }
            text.append("    ")
                    .append(quoted(name(scene, f)))
                    .append(' ')
                    .append(node(figure))
                    .append('\n');
        }
        text.append(layer < 0 ? "" : "  }\n");
        for (Link link : scene.links()) {
            text.append("  ").append(quoted(name(scene, link.from())));
            text.append(" -> ").append(quoted(name(scene, link.to())));
            String label = link.count() > 1 ? "label=" + quoted(Wording.count(link.count())) : "";
            String strong = link.critical() ? "penwidth=2.5, color=\"#c2410c\"" : "";
            String both = label + (label.isEmpty() || strong.isEmpty() ? "" : ", ") + strong;
            text.append(both.isEmpty() ? "" : " [" + both + "]").append('\n');
        }
        return text.append("}\n").toString();
    }

    /** No task's id has a space in it, so a family cannot be named like a task. */
    private static String name(Scene scene, int figure) {
        Figure named = scene.figures().get(figure);
        return named.size() == 1 ? scene.plan().graph().id(named.task(0)) : "family " + (figure + 1);
    }

    private static String node(Figure figure) {
        StringBuilder node = new StringBuilder("[label=");
        String title = figure.size() == 1 ? figure.title() : figure.title() + " " + figure.times();
        node.append(figure.details().isEmpty() ? quoted(title) : quoted(title, figure.details()));
        node.append(
                switch (figure.kind()) {
                    case AGENT, MIXED -> figure.fanOut() ? ", peripheries=2" : "";
                    case WAIT -> ", style=\"rounded,dashed\"";
                    case SLEEP -> ", style=\"rounded,dotted\"";
                    case CHILD -> ", shape=component";
                });
        return node.append(figure.critical() ? ", penwidth=2.5, color=\"#c2410c\"]" : "]")
                .toString();
    }

    private static String quoted(String... lines) {
        return "\""
                + String.join(
                        "\\n", List.of(lines).stream().map(DotPicture::escape).toList())
                + "\"";
    }

    /** A backslash would begin an escape of Graphviz's own, and an ampersand an entity of HTML. */
    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
