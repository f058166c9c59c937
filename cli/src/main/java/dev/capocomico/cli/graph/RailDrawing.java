package dev.capocomico.cli.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A row for each figure, with rails beside them, to be read from top to bottom. A rail carries what figures have to give
 * to all who still wait for it, and figures that the same figures wait for give to the same rail.
 *
 * <p>No line says more than is true. A figure gives to the rail below it or to one on its right. It takes from all rails
 * that its line on the left joins, and from above when a line comes down to it, or when it stands right below another
 * figure, has no line on the left, and is not marked as depending on nothing. A line that only passes a rail is cut by it.
 */
final class RailDrawing {
    private static final int SPACING = 2;
    private static final int STEP_ASIDE_COLUMNS_MAX = 8;

    /** What goes down a column: to whom, and from whom. */
    private static final class Rail {
        final int column;
        final Set<Integer> waiting;

        Rail(int column, Set<Integer> waiting) {
            this.column = column;
            this.waiting = waiting;
        }
    }

    /** Lines to draw once all vertical ones are known. */
    private record Across(int row, int from, int to, boolean heavy, Set<Integer> joins) {}

    private record Down(int column, int fromRow, int toRow, boolean heavy) {}

    private final Scene scene;
    private final List<List<Link>> incoming;
    private final List<List<Link>> outgoing;
    private final int[] rowOf;
    private final int[] columnOf;
    private final Map<Integer, Rail> railOfGiver = new HashMap<>();
    private final Map<Set<Integer>, Rail> sharedRails = new HashMap<>();
    private final Map<Set<Integer>, Integer> giversToCome = new HashMap<>();
    private final BitSet taken = new BitSet();
    private final List<Down> downs = new ArrayList<>();
    private final List<Across> acrosses = new ArrayList<>();
    private int columns;
    private int rows;
    private int lastPlaced = -1;

    private RailDrawing(Scene scene) {
        this.scene = scene;
        this.incoming = scene.incoming();
        this.outgoing = scene.outgoing();
        this.rowOf = new int[scene.figures().size()];
        this.columnOf = new int[scene.figures().size()];
        int[] order = order();
        for (int figure : order) {
            if (!outgoing.get(figure).isEmpty()) {
                giversToCome.merge(waiting(figure), 1, Integer::sum);
            }
        }
        for (int figure : order) {
            place(figure);
        }
    }

    /** Null when the rails leave too little room for words. */
    static @Nullable Canvas of(Scene scene, int columns, boolean atAnyPrice) {
        RailDrawing rails = new RailDrawing(scene);
        boolean fits = rails.width() <= Math.max(columns / 2, columns - 60) && columns - rails.width() >= 16;
        return fits || atAnyPrice ? rails.draw(columns) : null;
    }

    /** Each figure after those it waits for, and as soon after the last of them as can be, so that rails are short. */
    private int[] order() {
        int[] missing = new int[rowOf.length];
        Deque<Integer> ready = new ArrayDeque<>();
        for (int f = rowOf.length - 1; f >= 0; f--) {
            missing[f] = incoming.get(f).size();
            if (missing[f] == 0) {
                ready.push(f);
            }
        }
        int[] found = new int[rowOf.length];
        for (int row = 0; row < found.length; row++) {
            int figure = ready.pop();
            found[row] = figure;
            List<Link> links = outgoing.get(figure);
            for (int k = links.size() - 1; k >= 0; k--) {
                int to = links.get(k).to();
                if (--missing[to] == 0) {
                    ready.push(to);
                }
            }
        }
        return found;
    }

    private Set<Integer> waiting(int figure) {
        Set<Integer> waiting = new HashSet<>();
        outgoing.get(figure).forEach(link -> waiting.add(link.to()));
        return waiting;
    }

    private void place(int figure) {
        TreeSet<Integer> railColumns = new TreeSet<>();
        BitSet ending = new BitSet();
        for (Link link : incoming.get(figure)) {
            Rail rail = Objects.requireNonNull(railOfGiver.get(link.from()));
            rail.waiting.remove(figure);
            railColumns.add(rail.column);
            ending.set(rail.column, rail.waiting.isEmpty());
        }
        int last = railColumns.isEmpty() ? -1 : railColumns.last();
        boolean below = last >= 0 && ending.get(last);
        if (below && railColumns.size() > 1 && above(last)) {
            // Who stands right below a figure and has a line on the left does not take from above: go where all lines
            // come from the left or, far to the right already, let a row show the line from above.
            below = last >= STEP_ASIDE_COLUMNS_MAX;
            rows += below ? 1 : 0;
        }
        int column = below ? last : taken.nextClearBit(last + 1);
        int row = rows++;
        rowOf[figure] = row;
        columnOf[figure] = column;
        lastPlaced = figure;
        columns = Math.max(columns, column + 1);
        takeFrom(figure, row, column, railColumns);
        taken.andNot(ending);
        if (!outgoing.get(figure).isEmpty()) {
            giveTo(figure, row, column);
        }
    }

    /** Whether the figure of the row before stands in this column. */
    private boolean above(int column) {
        return lastPlaced >= 0 && columnOf[lastPlaced] == column;
    }

    private void takeFrom(int figure, int row, int column, Set<Integer> railColumns) {
        for (Link link : incoming.get(figure)) {
            Rail rail = Objects.requireNonNull(railOfGiver.get(link.from()));
            downs.add(new Down(rail.column, rowOf[link.from()], row, link.critical()));
            acrosses.add(new Across(row, rail.column, column, link.critical(), railColumns));
        }
    }

    private void giveTo(int figure, int row, int column) {
        Set<Integer> key = waiting(figure);
        int others = giversToCome.merge(key, -1, Integer::sum);
        Rail shared = sharedRails.get(key);
        boolean critical = outgoing.get(figure).stream().anyMatch(Link::critical);
        if (shared == null || shared.column <= column) {
            boolean own = others == 0;
            int railColumn = own ? column : taken.nextClearBit(column + 1);
            shared = new Rail(railColumn, new HashSet<>(key));
            taken.set(railColumn);
            columns = Math.max(columns, railColumn + 1);
            if (!own) {
                sharedRails.put(key, shared);
            }
        }
        railOfGiver.put(figure, shared);
        acrosses.add(new Across(row, column, shared.column, critical, Set.of(shared.column)));
    }

    private int width() {
        return columns * SPACING - 1 + levelWidth();
    }

    private int levelWidth() {
        return scene.figures().stream()
                        .mapToInt(figure -> level(figure).length())
                        .max()
                        .orElse(0)
                + 2;
    }

    /** The first of its tasks' levels. */
    private String level(Figure figure) {
        return String.valueOf(scene.plan().level(figure.task(0)) + 1);
    }

    private Canvas draw(int width) {
        Canvas canvas = new Canvas(rows, Math.max(width, width() + 4));
        int left = levelWidth();
        downs.forEach(down -> canvas.down(left + down.column * SPACING, down.fromRow, down.toRow, down.heavy));
        acrosses.forEach(across -> canvas.across(
                across.row,
                left + across.from * SPACING,
                left + across.to * SPACING,
                across.heavy,
                x -> (x - left) % SPACING == 0 && across.joins.contains((x - left) / SPACING)));
        for (int f = 0; f < rowOf.length; f++) {
            Figure figure = scene.figures().get(f);
            String level = level(figure);
            canvas.text(left - 2 - level.length(), rowOf[f], level, Ink.FAINT);
            boolean start = incoming.get(f).isEmpty();
            String mark = figure.critical() ? (start ? "◆" : "●") : (start ? "◇" : "○");
            Ink ink = figure.critical() ? Ink.CRITICAL : Ink.PLAIN;
            canvas.text(left + columnOf[f] * SPACING, rowOf[f], mark, ink);
        }
        new RowWords(scene, rowOf, incoming).write(canvas, width() + 2, width);
        return canvas;
    }
}
