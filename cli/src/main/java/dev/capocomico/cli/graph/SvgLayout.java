package dev.capocomico.cli.graph;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Where everything stands: layers are columns from left to right. A link runs straight through the columns it passes,
 * where its stations keep it clear of cards, and turns only in the gaps between columns.
 */
final class SvgLayout {
    static final double TITLE_CHAR = 7.6;
    static final double DETAIL_CHAR = 6.3;
    static final double PADDING = 14;
    static final double ICON = 18;
    static final double DOT_PITCH = 7;

    /** More dots than this tell nothing more: then a dot stands for several tasks. */
    private static final int DOTS_MAX = 4_000;

    private static final double CARD_WIDTH_MAX = 232;
    private static final double CARD_WIDTH_MIN = 92;
    private static final double WORDS_HEIGHT = 44;
    private static final double TITLE_HEIGHT = 30;
    private static final double ROOM_BETWEEN = 16;
    private static final double GAP_MIN = 58;
    private static final double GAP_MAX = 230;
    private static final double STATION_HALF = 2;
    private static final double PORT_PITCH = 14;

    /** A card; {@code dotColumns} is 0 for one task. */
    record Card(Figure figure, double x, double y, double width, double height, int dots, int dotColumns) {
        double middle() {
            return y + height / 2;
        }
    }

    /** A line through points, two for each gap that it crosses: it bends in gaps and is straight between them. */
    record Line(Link link, List<Point> points) {}

    record Point(double x, double y) {}

    private final Scene scene;
    private final Layering layering;
    private final int tasksPerDot;
    private final double[] width;
    private final double[] height;
    private final double[] columnX;
    private final double[] columnWidth;
    private final double[] middle;
    private final List<Card> cards = new ArrayList<>();
    private final List<Line> lines = new ArrayList<>();

    private SvgLayout(Scene scene) {
        this.scene = scene;
        this.layering = Layering.of(scene);
        this.tasksPerDot = Math.max(1, Math.ceilDiv(scene.plan().size(), DOTS_MAX));
        this.width = new double[layering.size()];
        this.height = new double[layering.size()];
        this.columnX = new double[layering.layerCount()];
        this.columnWidth = new double[layering.layerCount()];
        sizes();
        this.middle = Alignment.of(layering, v -> layering.station(v) ? STATION_HALF : height[v] / 2, ROOM_BETWEEN);
        columns();
        placeCards();
        placeLines();
    }

    /** With the origin in the upper left corner of the drawing. */
    static SvgLayout of(Scene scene) {
        return new SvgLayout(scene);
    }

    List<Card> cards() {
        return cards;
    }

    List<Line> lines() {
        return lines;
    }

    int tasksPerDot() {
        return tasksPerDot;
    }

    double width() {
        return cards.stream().mapToDouble(card -> card.x + card.width).max().orElse(0);
    }

    double height() {
        double cardsEnd =
                cards.stream().mapToDouble(card -> card.y + card.height).max().orElse(0);
        double linesEnd = lines.stream()
                .flatMap(line -> line.points.stream())
                .mapToDouble(Point::y)
                .max()
                .orElse(0);
        return Math.max(cardsEnd, linesEnd);
    }

    private void sizes() {
        List<Figure> figures = scene.figures();
        for (int f = 0; f < figures.size(); f++) {
            Figure figure = figures.get(f);
            double title = titleChars(figure) * TITLE_CHAR + (hasIcon(figure) ? ICON : 0);
            double words = Math.max(title, figure.details().length() * DETAIL_CHAR);
            double dots = figure.size() == 1 ? 0 : (dotColumns(figure) - 1) * DOT_PITCH;
            double text = Math.clamp(words + 2 * PADDING, CARD_WIDTH_MIN, CARD_WIDTH_MAX);
            width[f] = Math.max(text, dots + 2 * PADDING);
            height[f] = figure.details().isEmpty() ? TITLE_HEIGHT : WORDS_HEIGHT;
            if (figure.size() > 1) {
                height[f] += Math.ceilDiv(dots(figure), dotColumns(figure)) * DOT_PITCH + 6;
            }
            columnWidth[figure.layer()] = Math.max(columnWidth[figure.layer()], width[f]);
        }
    }

    static int titleChars(Figure figure) {
        return figure.title().length()
                + (figure.size() == 1 ? 0 : 1 + figure.times().length());
    }

    static boolean hasIcon(Figure figure) {
        return switch (figure.kind()) {
            case WAIT, SLEEP, CHILD -> true;
            case AGENT, MIXED -> false;
        };
    }

    private int dots(Figure figure) {
        return Math.ceilDiv(figure.size(), tasksPerDot);
    }

    private int dotColumns(Figure figure) {
        int dots = dots(figure);
        int byWords = (int) ((CARD_WIDTH_MIN + 40 - 2 * PADDING) / DOT_PITCH);
        return Math.min(dots, Math.max(byWords, (int) Math.ceil(Math.sqrt(dots))));
    }

    /** The steeper the lines in a gap, the wider it is. */
    private void columns() {
        double x = 0;
        for (int layer = 0; layer < columnX.length; layer++) {
            columnX[layer] = x;
            double steepest = 0;
            for (int v : layering.layer(layer)) {
                for (int next : layering.below(v)) {
                    steepest = Math.max(steepest, Math.abs(middle[v] - middle[next]));
                }
            }
            double room = scene.folded() ? 24 : 0;
            x += columnWidth[layer] + Math.clamp(GAP_MIN + room + steepest * 0.16, GAP_MIN, GAP_MAX);
        }
    }

    private void placeCards() {
        for (int f = 0; f < scene.figures().size(); f++) {
            Figure figure = scene.figures().get(f);
            int layer = figure.layer();
            // Cards of a column have one width unless a matrix makes one of them much wider.
            double wide = figure.size() == 1 ? Math.min(columnWidth[layer], CARD_WIDTH_MAX) : width[f];
            double x = columnX[layer] + (columnWidth[layer] - wide) / 2;
            double y = middle[f] - height[f] / 2;
            boolean family = figure.size() > 1;
            cards.add(new Card(
                    figure, x, y, wide, height[f], family ? dots(figure) : 0, family ? dotColumns(figure) : 0));
        }
    }

    private void placeLines() {
        List<List<Link>> incoming = scene.incoming();
        for (int f = 0; f < incoming.size(); f++) {
            int to = f;
            List<Link> links = new ArrayList<>(incoming.get(f));
            links.sort(Comparator.comparingDouble(link -> middle[last(link, to)]));
            double room = Math.max(0, cards.get(f).height - 14);
            // Where there is no room for each to have its own port, all take the one in the middle.
            double pitch = (links.size() - 1) * PORT_PITCH > room ? 0 : PORT_PITCH;
            for (int i = 0; i < links.size(); i++) {
                double port = cards.get(f).middle() + (i - (links.size() - 1) / 2.0) * pitch;
                lines.add(line(links.get(i), port));
            }
        }
    }

    /** The vertex that a link comes from on the layer before the figure. */
    private int last(Link link, int to) {
        int layer = layering.layerOf(to);
        int at = link.from();
        while (layering.layerOf(at) + 1 < layer) {
            at = station(at);
        }
        return at;
    }

    private int station(int vertex) {
        for (int next : layering.below(vertex)) {
            if (layering.station(next)) {
                return next;
            }
        }
        throw new IllegalStateException(
                "a link that spans layers has stations, but vertex " + vertex + " has none below");
    }

    private Line line(Link link, double port) {
        int span = layering.layerOf(link.to()) - layering.layerOf(link.from());
        List<Point> points = new ArrayList<>();
        Card from = cards.get(link.from());
        points.add(new Point(from.x + from.width, from.middle()));
        int at = link.from();
        for (int i = 1; i < span; i++) {
            at = station(at);
            int layer = layering.layerOf(at);
            points.add(new Point(columnX[layer], middle[at]));
            points.add(new Point(columnX[layer] + columnWidth[layer], middle[at]));
        }
        points.add(new Point(cards.get(link.to()).x, port));
        return new Line(link, points);
    }
}
