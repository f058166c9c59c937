package dev.capocomico.language.tree;

/** Finds where in the source a part of a string's value stands, as far as the two agree. */
record ScalarPlaces(SourceText source, Node.Scalar scalar) {
    /** Further into a line than this nobody counts. */
    private static final int LINE_CHARACTERS_MAX = 64 * 1024;

    /** Falls back to the scalar as a whole where escapes or folding keep value and source apart. */
    Span span(int offset, int length) {
        String text = scalar.text();
        int from = Math.min(Math.max(offset, 0), text.length());
        int lineStart = text.lastIndexOf('\n', from - 1) + 1;
        int nextLine = text.indexOf('\n', from);
        int to = Math.min(from + Math.max(length, 1), nextLine < 0 ? text.length() : nextLine);
        boolean block = scalar.style() == Node.Style.BLOCK;
        if ((!block && lineStart > 0) || to - lineStart > LINE_CHARACTERS_MAX) {
            return scalar.span();
        }
        String before = text.substring(lineStart, from);
        String meant = text.substring(from, Math.max(from, to));
        return block ? insideBlock(lineStart, before, meant) : insideLine(before, meant);
    }

    private Span insideLine(String before, String meant) {
        Span start = scalar.span();
        int column = start.column() + (scalar.style() == Node.Style.QUOTED ? 1 : 0);
        int codePoints = codePoints(before) + codePoints(meant);
        return source.from(start.line(), column, codePoints).equals(before + meant)
                ? new Span(start.line(), column + codePoints(before), Math.max(1, codePoints(meant)))
                : start;
    }

    private Span insideBlock(int lineStart, String before, String meant) {
        int linesBefore = (int) scalar.text()
                .chars()
                .limit(lineStart)
                .filter(character -> character == '\n')
                .count();
        int line = scalar.span().line() + 1 + linesBefore;
        String physical = source.from(line, 1, LINE_CHARACTERS_MAX);
        int indent = 0;
        while (indent < physical.length() && physical.charAt(indent) == ' ') {
            indent++;
        }
        // Where the value's own line begins with spaces, less of what stands there is indentation.
        int own = 0;
        while (own < before.length() && before.charAt(own) == ' ') {
            own++;
        }
        int first = indent - own;
        return first >= 0 && physical.startsWith(before + meant, first)
                ? new Span(line, first + codePoints(before) + 1, Math.max(1, codePoints(meant)))
                : scalar.span();
    }

    private static int codePoints(String text) {
        return text.codePointCount(0, text.length());
    }
}
