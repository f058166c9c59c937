package dev.capocomico.cli.graph;

/**
 * What the reader's screen can show. Only {@link GraphFormat#TEXT} depends on it.
 *
 * @param columns no line is wider, in cells of the terminal; at least 1, and below about 40 little can be told
 * @param colour whether ANSI escape sequences are understood
 * @param unicode whether more than ASCII can be shown
 */
public record GraphStyle(int columns, boolean colour, boolean unicode) {
    public GraphStyle {
        if (columns < 1) {
            throw new IllegalArgumentException("a line of " + columns + " columns cannot hold anything");
        }
    }
}
