package dev.capocomico.cli.graph;

import java.util.List;
import java.util.function.Function;

/** What stands beside the rails: for each figure its title, who does it, how long it takes, and what comes together in it. */
final class RowWords {
    private static final int GAP = 2;
    private static final int TITLE_COLUMNS_MIN = 12;

    private final Scene scene;
    private final int[] rowOf;
    private final List<List<Link>> incoming;

    RowWords(Scene scene, int[] rowOf, List<List<Link>> incoming) {
        this.scene = scene;
        this.rowOf = rowOf;
        this.incoming = incoming;
    }

    /** From column {@code x} on and not beyond {@code columns}: what is least needed is shortened first. */
    void write(Canvas canvas, int x, int columns) {
        int title = widest(RowWords::title);
        int work = widest(Figure::work);
        int time = widest(Figure::time);
        int left = columns - x;
        int excess = title + gap(work) + gap(time) - left;
        if (excess > 0) {
            int shorter = Math.max(Math.min(work, 8), work - excess);
            excess -= work - shorter;
            work = shorter;
        }
        if (excess > 0) {
            title = Math.max(Math.min(title, TITLE_COLUMNS_MIN), title - excess);
        }
        for (int f = 0; f < rowOf.length; f++) {
            Figure figure = scene.figures().get(f);
            int row = rowOf[f];
            int at = x;
            String name = TerminalText.clipInside(title(figure), title);
            write(canvas, at, row, columns, name, title, figure.critical() ? Ink.CRITICAL : Ink.PLAIN);
            at += title + GAP;
            write(canvas, at, row, columns, figure.work(), work, Ink.FAINT);
            at += gap(work);
            int padding = time - TerminalText.width(figure.time());
            write(
                    canvas,
                    at + padding,
                    row,
                    columns,
                    figure.time(),
                    time,
                    figure.critical() ? Ink.CRITICAL : Ink.FAINT);
            at += gap(time);
            if (scene.folded()) {
                write(canvas, at, row, columns, arrivals(f), columns - at, Ink.FAINT);
            }
        }
    }

    private static void write(Canvas canvas, int x, int row, int columns, String words, int width, Ink ink) {
        String clipped = TerminalText.clip(words, Math.min(width, columns - x));
        if (!clipped.equals("…")) {
            canvas.text(x, row, clipped, ink);
        }
    }

    private static int gap(int width) {
        return width == 0 ? 0 : width + GAP;
    }

    private int widest(Function<Figure, String> words) {
        return scene.figures().stream()
                .mapToInt(figure -> TerminalText.width(words.apply(figure)))
                .max()
                .orElse(0);
    }

    private static String title(Figure figure) {
        return figure.size() == 1 ? figure.title() : figure.title() + " " + figure.times();
    }

    /** How many edges come from where, when more than one comes. */
    private String arrivals(int figure) {
        StringBuilder arrivals = new StringBuilder();
        for (Link link : incoming.get(figure)) {
            if (link.count() > 1) {
                arrivals.append(arrivals.isEmpty() ? "← " : ", ")
                        .append(Wording.count(link.count()))
                        .append(" from ")
                        .append(scene.figures().get(link.from()).title());
            }
        }
        return arrivals.toString();
    }
}
