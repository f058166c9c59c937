package dev.capocomico.cli.graph;

import dev.capocomico.model.plan.Plan;
import java.util.List;
import java.util.Locale;

/** A picture for a page or a slide. Cards and lines are as {@link SvgLayout} places them. */
final class SvgPicture {
    private static final int TASKS_MAX = 120;
    private static final int LINKS_MAX = 600;
    private static final int LAYERS_MAX = 16;
    private static final int[] FOLDED_FIGURES = {60, 30, 15};
    private static final double MARGIN = 32;
    private static final double HEADING = 92;
    private static final double LEGEND = 46;
    private static final double WIDTH_MIN = 560;
    private static final double ARROW = 7;
    private static final int ROLE_COLOURS = 8;

    /** Where more lines than this come together, their numbers would lie upon each other. */
    private static final int COUNTS_MAX = 5;

    private static final String STYLE = """
            <style>
            .paper{fill:#fbfaf7}.ink{fill:#1f2430}.faint{fill:#667080}.card{fill:#fff;stroke:#c5cad3;stroke-width:1}
            .line{fill:none;stroke:#aab1bd;stroke-width:1.4}.head{fill:#aab1bd}.dot{stroke:#aab1bd}
            .wait,.sleep{stroke-dasharray:5 3}.icon{fill:none;stroke:#667080;stroke-width:1.4;stroke-linecap:round}
            .critical.card{stroke:#c2410c;stroke-width:2}.critical.line{stroke:#c2410c;stroke-width:2.6}
            .critical.head{fill:#c2410c}.critical.dot{stroke:#c2410c}
            .dot{fill:none;stroke-linecap:round;stroke-width:4.4}.critical.dot{stroke-width:6}
            .r0{fill:#3b6ea8}.r1{fill:#2f8f6b}.r2{fill:#8a5fb0}.r3{fill:#b08a2e}
            .r4{fill:#3d97a8}.r5{fill:#a84f7c}.r6{fill:#6b8e3a}.r7{fill:#7a7f8c}
            text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-size:11px}
            .id{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:12.5px}
            .title{font-size:21px;font-weight:650}.stat{font-size:13px}.strong{font-weight:650}
            .count{font-size:10.5px;text-anchor:middle;paint-order:stroke;stroke:#fbfaf7;stroke-width:6px;stroke-linejoin:round}
            @media (prefers-color-scheme:dark){
            .paper{fill:#14161a}.ink{fill:#e8e7e3}.faint{fill:#9aa3b0}.card{fill:#1e2229;stroke:#424a57}
            .line{stroke:#566070}.head{fill:#566070}.dot{stroke:#566070}.icon{stroke:#9aa3b0}.count{stroke:#14161a}
            .critical.card{stroke:#fb923c}.critical.line{stroke:#fb923c}.critical.head{fill:#fb923c}
            .critical.dot{stroke:#fb923c}
            }
            </style>
            """;

    private final Scene scene;
    private final SvgLayout layout;
    private final List<String> roles;
    private final List<List<Link>> incoming;
    private final StringBuilder svg = new StringBuilder();

    private SvgPicture(Scene scene) {
        this.scene = scene;
        this.layout = SvgLayout.of(scene);
        this.incoming = scene.incoming();
        this.roles = List.copyOf(scene.plan().definition().agents().keySet());
    }

    static String of(Plan plan) {
        return new SvgPicture(scene(plan)).draw();
    }

    private static Scene scene(Plan plan) {
        if (plan.size() <= TASKS_MAX && plan.graph().edgeCount() <= LINKS_MAX) {
            return Scene.ofTasks(plan);
        }
        Scene scene = Scene.folded(plan, FOLDED_FIGURES[0], LAYERS_MAX);
        for (int i = 1; i < FOLDED_FIGURES.length && scene.links().size() > LINKS_MAX; i++) {
            scene = Scene.folded(plan, FOLDED_FIGURES[i], LAYERS_MAX);
        }
        return scene;
    }

    private String draw() {
        String title = Wording.title(scene.plan().definition());
        List<String> figures = Wording.figures(scene.plan());
        double headingWidth =
                Math.max(title.length() * 12.5, String.join(" · ", figures).length() * 7.2);
        double width = Math.max(WIDTH_MIN, Math.max(layout.width(), headingWidth) + 2 * MARGIN);
        double height = HEADING + layout.height() + LEGEND + MARGIN;
        svg.append(
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"title desc\" viewBox=\"0 0 ")
                .append(number(width))
                .append(' ')
                .append(number(height))
                .append("\" width=\"")
                .append(number(width))
                .append("\" height=\"")
                .append(number(height))
                .append("\">\n");
        element("title", "id=\"title\"", title);
        element("desc", "id=\"desc\"", description(figures));
        svg.append(STYLE);
        svg.append("<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n");
        text(MARGIN, 44, "ink title", title);
        text(MARGIN, 66, "faint stat", String.join(" · ", figures));
        double left = Math.max(MARGIN, (width - layout.width()) / 2);
        svg.append("<g transform=\"translate(")
                .append(number(left))
                .append(' ')
                .append(number(HEADING))
                .append(")\">\n");
        lines(false);
        lines(true);
        layout.cards().forEach(this::card);
        layout.lines().forEach(this::count);
        svg.append("</g>\n");
        legend(height - 26);
        return svg.append("</svg>\n").toString();
    }

    private String description(List<String> figures) {
        String path = "A workflow as a graph: " + String.join(", ", figures) + ".";
        String said = scene.plan().definition().description();
        return said == null ? path : Wording.line(said, 300) + " " + path;
    }

    private void lines(boolean critical) {
        String also = critical ? "critical " : "";
        for (SvgLayout.Line line : layout.lines()) {
            if (line.link().critical() != critical) {
                continue;
            }
            svg.append("<path class=\"")
                    .append(also)
                    .append("line\" d=\"")
                    .append(bends(line.points()))
                    .append('"');
            if (line.link().count() > 1) {
                double stroke = (critical ? 2.6 : 1.4) + Math.log(line.link().count()) / Math.log(2) * 0.4;
                svg.append(" style=\"stroke-width:").append(number(stroke)).append('"');
            }
            SvgLayout.Point end = line.points().getLast();
            svg.append("/><path class=\"").append(also).append("head\" d=\"M").append(number(end.x()));
            svg.append(' ').append(number(end.y())).append("l-7-4v8z\"/>\n");
        }
    }

    private static StringBuilder bends(List<SvgLayout.Point> points) {
        StringBuilder path = new StringBuilder("M");
        path.append(number(points.getFirst().x()))
                .append(' ')
                .append(number(points.getFirst().y()));
        for (int i = 1; i < points.size(); i += 2) {
            boolean last = i == points.size() - 1;
            SvgLayout.Point from = points.get(i - 1);
            SvgLayout.Point to = points.get(i);
            double x = last ? to.x() - ARROW + 1 : to.x();
            double bend = (x - from.x()) / 2;
            path.append('C').append(number(from.x() + bend)).append(' ').append(number(from.y()));
            path.append(' ').append(number(x - bend)).append(' ').append(number(to.y()));
            path.append(' ').append(number(x)).append(' ').append(number(to.y()));
            if (!last) {
                path.append('H').append(number(points.get(i + 1).x()));
            }
        }
        return path;
    }

    /** On the line, at three quarters of its last bend. */
    private void count(SvgLayout.Line line) {
        if (line.link().count() > 1 && incoming.get(line.link().to()).size() <= COUNTS_MAX) {
            SvgLayout.Point from = line.points().get(line.points().size() - 2);
            SvgLayout.Point to = line.points().getLast();
            double t = 0.72;
            double u = 1 - t;
            double before = u * u * u + 3 * u * u * t;
            double x = from.x() + (to.x() - from.x()) * (1.5 * u * t + t * t * t);
            double y = from.y() * before + to.y() * (1 - before);
            text(x, y + 3.5, "faint count", Wording.count(line.link().count()));
        }
    }

    private void card(SvgLayout.Card card) {
        Figure figure = card.figure();
        svg.append("<g>");
        if (figure.size() > 1 || !figure.details().isEmpty()) {
            String whole = figure.title() + " " + figure.times() + " " + figure.details();
            element("title", "", whole.strip());
        }
        String kind =
                switch (figure.kind()) {
                    case WAIT -> " wait";
                    case SLEEP -> " sleep";
                    case AGENT, CHILD, MIXED -> "";
                };
        if (figure.fanOut()) {
            rect("card" + kind, card.x() + 4, card.y() + 4, card.width(), card.height(), 8);
        }
        rect(
                (figure.critical() ? "critical " : "") + "card" + kind,
                card.x(),
                card.y(),
                card.width(),
                card.height(),
                8);
        if (figure.role() != null) {
            int colour = Math.floorMod(roles.indexOf(figure.role()), ROLE_COLOURS);
            rect("r" + colour, card.x() + 5, card.y() + 7, 3, card.height() - 14, 1.5);
        }
        double x = card.x() + SvgLayout.PADDING;
        double room = card.width() - 2 * SvgLayout.PADDING;
        double titleRoom = room - (SvgLayout.hasIcon(figure) ? SvgLayout.ICON : 0);
        int chars = (int) (titleRoom / SvgLayout.TITLE_CHAR + 0.01);
        String times = figure.size() == 1 ? "" : " " + figure.times();
        String title = TerminalText.clipInside(figure.title(), chars - times.length()) + times;
        text(x, card.y() + 19.5, "ink id" + (figure.critical() ? " strong" : ""), title);
        String details = TerminalText.clip(figure.details(), (int) (room / SvgLayout.DETAIL_CHAR + 0.01));
        if (!details.isEmpty()) {
            text(x, card.y() + 35, "faint", details);
        }
        icon(figure.kind(), card.x() + card.width() - SvgLayout.PADDING - 8, card.y() + 11);
        dots(card);
        svg.append("</g>\n");
    }

    /** A matrix in one path of points for the ordinary tasks and one for the critical ones. */
    private void dots(SvgLayout.Card card) {
        Figure figure = card.figure();
        int perDot = layout.tasksPerDot();
        StringBuilder ordinary = new StringBuilder();
        StringBuilder critical = new StringBuilder();
        double left = card.x() + SvgLayout.PADDING + 2;
        double top = card.y() + (figure.details().isEmpty() ? 33 : 49);
        for (int dot = 0; dot < card.dots(); dot++) {
            boolean marked = false;
            for (int k = dot * perDot; k < Math.min((dot + 1) * perDot, figure.size()); k++) {
                marked |= scene.plan().critical(figure.task(k));
            }
            int row = dot / card.dotColumns();
            double x = left + dot % card.dotColumns() * SvgLayout.DOT_PITCH;
            double y = top + row * SvgLayout.DOT_PITCH;
            (marked ? critical : ordinary)
                    .append('M')
                    .append(number(x))
                    .append(' ')
                    .append(number(y))
                    .append("h0");
        }
        if (!ordinary.isEmpty()) {
            svg.append("<path class=\"dot\" d=\"").append(ordinary).append("\"/>");
        }
        if (!critical.isEmpty()) {
            svg.append("<path class=\"critical dot\" d=\"").append(critical).append("\"/>");
        }
    }

    /** In a square of 10, for work that is not an agent's. */
    private void icon(Figure.Kind kind, double x, double y) {
        String path =
                switch (kind) {
                    case WAIT -> "m1 0v9m6-9v9";
                    case SLEEP -> "m4 0a4.5 4.5 0 1 0 .1 0m-.1 2v2.7l2 1.2";
                    case CHILD -> "m0 0h9v9h-9zm3 3h3v3h-3z";
                    case AGENT, MIXED -> "";
                };
        if (!path.isEmpty()) {
            svg.append("<path class=\"icon\" d=\"M")
                    .append(number(x))
                    .append(' ')
                    .append(number(y))
                    .append(path);
            svg.append("\"/>");
        }
    }

    private void legend(double y) {
        double x = MARGIN;
        svg.append("<path class=\"critical line\" d=\"M")
                .append(number(x))
                .append(' ')
                .append(number(y - 4));
        svg.append("h22\"/>");
        x = entry(x + 28, y, "critical path");
        for (Figure.Kind kind : Figure.Kind.values()) {
            boolean shown = scene.figures().stream().anyMatch(figure -> figure.kind() == kind);
            String meaning =
                    switch (kind) {
                        case WAIT -> "waits for a signal";
                        case SLEEP -> "sleeps";
                        case CHILD -> "another workflow";
                        case AGENT, MIXED -> "";
                    };
            if (shown && !meaning.isEmpty()) {
                icon(kind, x, y - 9);
                x = entry(x + 16, y, meaning);
            }
        }
        if (scene.figures().stream().anyMatch(Figure::fanOut)) {
            rect("card", x + 3, y - 7, 15, 9, 2);
            rect("card", x, y - 10, 15, 9, 2);
            x = entry(x + 24, y, "many elements");
        }
        if (scene.folded()) {
            svg.append("<path class=\"dot\" d=\"M")
                    .append(number(x + 3))
                    .append(' ')
                    .append(number(y - 4))
                    .append("h0\"/>");
            entry(x + 12, y, layout.tasksPerDot() == 1 ? "a task" : Wording.count(layout.tasksPerDot()) + " tasks");
        }
    }

    private double entry(double x, double y, String meaning) {
        text(x, y, "faint", meaning);
        return x + meaning.length() * SvgLayout.DETAIL_CHAR + 22;
    }

    private void rect(String style, double x, double y, double width, double height, double radius) {
        svg.append("<rect class=\"")
                .append(style)
                .append("\" x=\"")
                .append(number(x))
                .append("\" y=\"");
        svg.append(number(y))
                .append("\" width=\"")
                .append(number(width))
                .append("\" height=\"")
                .append(number(height));
        svg.append("\" rx=\"").append(number(radius)).append("\"/>");
    }

    private void text(double x, double y, String style, String content) {
        element("text", "class=\"" + style + "\" x=\"" + number(x) + "\" y=\"" + number(y) + "\"", content);
    }

    private void element(String name, String attributes, String content) {
        svg.append('<')
                .append(name)
                .append(attributes.isEmpty() ? "" : " ")
                .append(attributes)
                .append('>');
        svg.append(content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
        svg.append("</").append(name).append(">\n");
    }

    /** With one digit after the point at most. */
    private static String number(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalStateException("the layout came to " + value);
        }
        long tenths = Math.round(value * 10);
        return tenths % 10 == 0 ? Long.toString(tenths / 10) : String.format(Locale.ROOT, "%.1f", tenths / 10.0);
    }
}
