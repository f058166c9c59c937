package dev.capocomico.cli.graph;

import dev.capocomico.model.plan.Plan;
import java.util.List;
import java.util.function.Predicate;

/**
 * A Mermaid flowchart. Nodes are named by number, because among the ids of tasks are words and characters that mean
 * something to Mermaid; the ids stand in the labels.
 */
final class MermaidPicture {
    private static final int TASKS_MAX = 150;

    /** Mermaid draws no more than 500 links and reads no more than 50,000 characters unless it is configured to. */
    private static final int LINKS_MAX = 500;

    private static final int CHARS_MAX = 50_000;
    private static final int LAYERS_MAX = 16;
    private static final int[] FOLDED_FIGURES = {60, 30, 20};

    private static final String SPECIAL = "\"'<>&#;`\\%{}[]()|*~$:@";

    private MermaidPicture() {}

    static String of(Plan plan) {
        if (plan.size() <= TASKS_MAX && plan.graph().edgeCount() <= LINKS_MAX) {
            String text = draw(Scene.ofTasks(plan));
            if (text.length() <= CHARS_MAX) {
                return text;
            }
        }
        Scene scene = Scene.folded(plan, FOLDED_FIGURES[0], LAYERS_MAX);
        for (int i = 1; i < FOLDED_FIGURES.length && scene.links().size() > LINKS_MAX; i++) {
            scene = Scene.folded(plan, FOLDED_FIGURES[i], LAYERS_MAX);
        }
        return draw(scene);
    }

    private static String draw(Scene scene) {
        StringBuilder text = new StringBuilder("---\ntitle: ");
        // JSON strings are YAML strings.
        text.append('"')
                .append(Wording.title(scene.plan().definition())
                        .replace("\\", "\\\\")
                        .replace("\"", "\\\""))
                .append("\"\n---\nflowchart TD\n");
        text.append("  accDescr: ")
                .append(String.join(", ", Wording.figures(scene.plan())))
                .append('\n');
        List<Figure> figures = scene.figures();
        for (int f = 0; f < figures.size(); f++) {
            text.append("  ").append(node(f, figures.get(f))).append('\n');
        }
        for (Link link : scene.links()) {
            text.append("  t").append(link.from()).append(link.critical() ? " ==>" : " -->");
            if (link.count() > 1) {
                text.append("|\"").append(Wording.count(link.count())).append("\"|");
            }
            text.append(" t").append(link.to()).append('\n');
        }
        classes(text, figures);
        return text.toString();
    }

    private static String node(int number, Figure figure) {
        StringBuilder label = new StringBuilder(escape(figure.title()));
        if (figure.size() > 1) {
            label.append(' ').append(figure.times());
        }
        if (!figure.details().isEmpty()) {
            label.append("<br/>").append(escape(figure.details()));
        }
        return "t" + number
                + switch (figure.kind()) {
                    case AGENT, MIXED -> figure.fanOut() ? "[[\"" + label + "\"]]" : "[\"" + label + "\"]";
                    case WAIT -> "{{\"" + label + "\"}}";
                    case SLEEP -> "([\"" + label + "\"])";
                    case CHILD -> "[/\"" + label + "\"/]";
                };
    }

    private static void classes(StringBuilder text, List<Figure> figures) {
        text.append("  classDef critical stroke:#c2410c,stroke-width:3px\n");
        members(text, figures, "critical", Figure::critical);
        if (figures.stream().anyMatch(figure -> figure.kind() == Figure.Kind.WAIT)) {
            text.append("  classDef wait stroke-dasharray:6 3\n");
            members(text, figures, "wait", figure -> figure.kind() == Figure.Kind.WAIT);
        }
        if (figures.stream().anyMatch(figure -> figure.kind() == Figure.Kind.SLEEP)) {
            text.append("  classDef sleep stroke-dasharray:2 3\n");
            members(text, figures, "sleep", figure -> figure.kind() == Figure.Kind.SLEEP);
        }
        if (figures.stream().anyMatch(figure -> figure.kind() == Figure.Kind.CHILD)) {
            text.append("  classDef child font-style:italic\n");
            members(text, figures, "child", figure -> figure.kind() == Figure.Kind.CHILD);
        }
    }

    private static void members(StringBuilder text, List<Figure> figures, String name, Predicate<Figure> member) {
        StringBuilder members = new StringBuilder();
        for (int f = 0; f < figures.size(); f++) {
            if (member.test(figures.get(f))) {
                members.append(members.isEmpty() ? "" : ",").append('t').append(f);
            }
        }
        if (!members.isEmpty()) {
            text.append("  class ").append(members).append(' ').append(name).append('\n');
        }
    }

    /** Mermaid writes characters that mean something to it, or to HTML, as their numbers between # and ;. */
    private static String escape(String label) {
        StringBuilder escaped = new StringBuilder();
        label.codePoints().forEach(c -> {
            if (SPECIAL.indexOf(c) >= 0) {
                escaped.append('#').append(c).append(';');
            } else {
                escaped.appendCodePoint(c);
            }
        });
        return escaped.toString();
    }
}
