package dev.capocomico.cli.graph;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Lines and text on a grid of a terminal's cells. A line runs through the middles of cells; each cell knows for its four
 * sides whether a light or a heavy line leaves there, and is shown as the character that looks like it.
 */
final class Canvas {
    private static final int UP = 27;
    private static final int RIGHT = 9;
    private static final int DOWN = 3;
    private static final int LEFT = 1;

    /** By the weights of the four sides: 0 for none, 1 light, 2 heavy, as digits of a number to the base of three. */
    private static final String LINES =
            " ╴╸╷╮┑╻┒┓╶─╾╭┬┭┎┰┱╺╼━┍┮┯┏┲┳" + "╵╯┙│┤┥╽┧┪╰┴┵├┼┽┟╁╅┕┶┷┝┾┿┢╆╈" + "╹┚┛╿┦┩┃┨┫┖┸┹┞╀╃┠╂╉┗┺┻┡╄╇┣╊╋";

    /** The second cell of a wide character. */
    private static final int CONTINUED = -1;

    private final int rows;
    private final int columns;
    private final byte[] lines;
    private final int[] text;
    private final Ink[] ink;

    Canvas(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        this.lines = new byte[rows * columns];
        this.text = new int[rows * columns];
        this.ink = new Ink[rows * columns];
        Arrays.fill(ink, Ink.PLAIN);
    }

    int rows() {
        return rows;
    }

    /** From the middle of one cell to the middle of another one at or below it. */
    void down(int x, int fromRow, int toRow, boolean heavy) {
        for (int y = fromRow; y < toRow; y++) {
            side(x, y, DOWN, heavy);
            side(x, y + 1, UP, heavy);
        }
    }

    /**
     * From the middle of one cell to the middle of another one in the same row. Vertical lines that are there already
     * are passed below, with a gap on the cell, unless the line joins them.
     */
    void across(int row, int from, int to, boolean heavy, IntPredicate joins) {
        int left = Math.min(from, to);
        int right = Math.max(from, to);
        for (int x = left; x <= right; x++) {
            if (x > left && x < right && crossed(x, row) && !joins.test(x)) {
                continue;
            }
            if (x > left) {
                side(x, row, LEFT, heavy);
            }
            if (x < right) {
                side(x, row, RIGHT, heavy);
            }
        }
    }

    private boolean crossed(int x, int y) {
        int cell = lines[y * columns + x];
        return cell / UP % 3 > 0 && cell / DOWN % 3 > 0;
    }

    private void side(int x, int y, int side, boolean heavy) {
        int cell = y * columns + x;
        int now = lines[cell] / side % 3;
        int then = heavy ? 2 : Math.max(now, 1);
        lines[cell] = (byte) (lines[cell] + (then - now) * side);
        if (heavy) {
            ink[cell] = Ink.CRITICAL;
        } else if (ink[cell] == Ink.PLAIN) {
            ink[cell] = Ink.FAINT;
        }
    }

    void box(int x, int y, int width, int height, boolean heavy) {
        across(y, x, x + width - 1, heavy, column -> true);
        across(y + height - 1, x, x + width - 1, heavy, column -> true);
        down(x, y, y + height - 1, heavy);
        down(x + width - 1, y, y + height - 1, heavy);
    }

    /** What would stand beyond the right edge is cut off with an ellipsis. */
    void text(int x, int y, String content, Ink style) {
        int at = x;
        for (int c : TerminalText.clip(content, columns - x).codePoints().toArray()) {
            int width = TerminalText.width(c);
            if (width == 0) {
                continue;
            }
            text[y * columns + at] = c;
            ink[y * columns + at] = style;
            if (width == 2) {
                text[y * columns + at + 1] = CONTINUED;
                ink[y * columns + at + 1] = style;
            }
            at += width;
        }
    }

    /** A row without the blanks at its end, and without what is beyond the style's columns. */
    String row(int y, GraphStyle style) {
        StringBuilder row = new StringBuilder();
        int end = Math.min(columns, style.columns());
        if (end < columns && text[y * columns + end] == CONTINUED) {
            end--;
        }
        while (end > 0 && blank(y * columns + end - 1)) {
            end--;
        }
        Ink open = Ink.PLAIN;
        for (int x = 0; x < end; x++) {
            int cell = y * columns + x;
            if (text[cell] == CONTINUED) {
                continue;
            }
            if (style.colour() && ink[cell] != open && !blank(cell)) {
                row.append(open.off()).append(ink[cell].on());
                open = ink[cell];
            }
            row.append(glyph(cell, style.unicode()));
        }
        return style.colour() ? row.append(open.off()).toString() : row.toString();
    }

    private boolean blank(int cell) {
        return lines[cell] == 0 && (text[cell] == 0 || text[cell] == ' ');
    }

    private String glyph(int cell, boolean unicode) {
        if (text[cell] != 0) {
            return unicode ? Character.toString(text[cell]) : TerminalText.ascii(text[cell]);
        }
        int sides = lines[cell];
        if (unicode || sides == 0) {
            return String.valueOf(LINES.charAt(sides));
        }
        boolean vertical = sides / UP % 3 > 0 || sides / DOWN % 3 > 0;
        boolean horizontal = sides / LEFT % 3 > 0 || sides / RIGHT % 3 > 0;
        boolean heavy = sides / LEFT % 3 == 2 || sides / RIGHT % 3 == 2;
        return vertical && horizontal ? "+" : vertical ? "|" : heavy ? "=" : "-";
    }
}
