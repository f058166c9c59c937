package dev.capocomico.cli.graph;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Follows the lines of a drawing as a person would, and tells which figures they join. It knows the characters by their
 * names in Unicode, and nothing of how the drawing was made.
 */
final class DrawingReader {
    private record Cell(int x, int y) {
        Cell left() {
            return new Cell(x - 1, y);
        }

        Cell right() {
            return new Cell(x + 1, y);
        }

        Cell below() {
            return new Cell(x, y + 1);
        }

        Cell above() {
            return new Cell(x, y - 1);
        }
    }

    private final List<String> rows;

    DrawingReader(List<String> rows) {
        this.rows = rows;
    }

    private char at(Cell cell) {
        boolean outside = cell.y < 0
                || cell.y >= rows.size()
                || cell.x < 0
                || cell.x >= rows.get(cell.y).length();
        return outside ? ' ' : rows.get(cell.y).charAt(cell.x);
    }

    private boolean has(Cell cell, String side) {
        String name = Character.getName(at(cell));
        if (name == null || !name.startsWith("BOX DRAWINGS")) {
            return false;
        }
        boolean through = name.contains(side.equals("UP") || side.equals("DOWN") ? "VERTICAL" : "HORIZONTAL");
        return through || List.of(name.split(" ")).contains(side);
    }

    /** A vertical line that cuts a horizontal one. */
    private boolean cuts(Cell cell) {
        return has(cell, "UP") && has(cell, "DOWN") && !has(cell, "LEFT") && !has(cell, "RIGHT");
    }

    private boolean mark(Cell cell) {
        return "○●◇◆".indexOf(at(cell)) >= 0;
    }

    /** Rails: the edges as pairs of rows. */
    Set<String> rails() {
        Set<String> edges = new HashSet<>();
        for (int y = 0; y < rows.size(); y++) {
            for (int x = 0; x < rows.get(y).length(); x++) {
                Cell giver = new Cell(x, y);
                if (mark(giver)) {
                    int from = y;
                    followGiver(giver, (cell, taker) -> edges.add(from + " -> " + taker.y));
                    break;
                }
            }
        }
        return edges;
    }

    private void followGiver(Cell giver, BiConsumer<Cell, Cell> found) {
        if (takesFromAbove(giver.below())) {
            found.accept(giver, giver.below());
        } else if (has(giver.below(), "UP")) {
            followRail(giver.below(), found);
        }
        Cell at = giver.right();
        if (!has(at, "LEFT")) {
            return;
        }
        while (!has(at, "DOWN") || cuts(at)) {
            at = at.right();
        }
        followRail(at, found);
    }

    private void followRail(Cell start, BiConsumer<Cell, Cell> found) {
        Cell rail = start;
        while (true) {
            if (has(rail, "RIGHT")) {
                Cell at = rail.right();
                while (!mark(at)) {
                    if (!has(at, "LEFT") && !cuts(at)) {
                        throw new AssertionError("a line ends in nothing at " + at);
                    }
                    at = at.right();
                }
                found.accept(rail, at);
            }
            if (!has(rail, "DOWN")) {
                return;
            }
            rail = rail.below();
            if (mark(rail)) {
                found.accept(rail, rail);
                return;
            }
        }
    }

    /** Whether a figure right below another one takes from it. */
    private boolean takesFromAbove(Cell cell) {
        return mark(cell) && mark(cell.above()) && !has(cell.left(), "RIGHT") && "◇◆".indexOf(at(cell)) < 0;
    }

    /** Boxes: the edges by the titles of the boxes. */
    Set<String> boxes() {
        Map<Cell, String> titleAt = new HashMap<>();
        Map<Cell, String> ports = new HashMap<>();
        for (int y = 0; y < rows.size(); y++) {
            for (int x = 0; x < rows.get(y).length(); x++) {
                if (mark(new Cell(x, y))) {
                    box(new Cell(x, y), titleAt, ports);
                }
            }
        }
        Set<String> edges = new HashSet<>();
        ports.forEach((port, from) -> flow(port).forEach(end -> {
            String to = titleAt.get(end.below());
            if (to == null) {
                throw new AssertionError("an arrow points at nothing at " + end);
            }
            edges.add(from + " -> " + to);
        }));
        return edges;
    }

    private void box(Cell mark, Map<Cell, String> titleAt, Map<Cell, String> ports) {
        String row = rows.get(mark.y);
        int right = mark.x;
        while (!has(new Cell(right, mark.y), "UP")) {
            right++;
        }
        String title = row.substring(mark.x + 2, right).strip();
        int bottom = mark.y;
        while (!has(new Cell(mark.x, bottom), "LEFT")) {
            bottom++;
        }
        for (int x = mark.x - 2; x <= right; x++) {
            titleAt.put(new Cell(x, mark.y - 1), title);
            Cell edge = new Cell(x, bottom);
            if (has(edge, "DOWN")) {
                ports.put(edge, title);
            }
        }
    }

    /** All arrow heads that a line from a port leads to, without ever going up. */
    private Set<Cell> flow(Cell port) {
        Set<Cell> ends = new HashSet<>();
        Set<String> seen = new HashSet<>();
        Deque<Map.Entry<Cell, String>> open = new ArrayDeque<>();
        open.add(Map.entry(port.below(), "DOWN"));
        while (!open.isEmpty()) {
            Map.Entry<Cell, String> next = open.poll();
            Cell cell = next.getKey();
            String way = next.getValue();
            if (!seen.add(String.format(Locale.ROOT, "%s %s", cell, way))) {
                continue;
            }
            if (at(cell) == '▼') {
                ends.add(cell);
                continue;
            }
            if (!way.equals("DOWN") && cuts(cell)) {
                open.add(Map.entry(way.equals("LEFT") ? cell.left() : cell.right(), way));
                continue;
            }
            if (has(cell, "DOWN")) {
                open.add(Map.entry(cell.below(), "DOWN"));
            }
            if (has(cell, "LEFT") && !way.equals("RIGHT")) {
                open.add(Map.entry(cell.left(), "LEFT"));
            }
            if (has(cell, "RIGHT") && !way.equals("LEFT")) {
                open.add(Map.entry(cell.right(), "RIGHT"));
            }
        }
        return ends;
    }
}
