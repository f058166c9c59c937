package dev.capocomico.language.tree;

/** Finds where in the source a part of a string's value stands, as far as the two agree. */
record ScalarPlaces(SourceText source, Node.Scalar scalar) {
    /** Falls back to the scalar as a whole where escapes or folding keep value and source apart. */
    Span span(int offset, int length) {
        String text = scalar.text();
        int from = Math.min(Math.max(offset, 0), text.length());
        int lineStart = text.lastIndexOf('\n', from - 1) + 1;
        int lineEnd = text.indexOf('\n', from) < 0 ? text.length() : text.indexOf('\n', from);
        String valueLine = text.substring(lineStart, lineEnd);
        int linesBefore = (int)
                text.substring(0, lineStart).chars().filter(c -> c == '\n').count();

        Span start = scalar.span();
        boolean block = scalar.style() == Node.Style.BLOCK;
        if (!block && linesBefore > 0) {
            return start;
        }
        int sourceLine = start.line() + (block ? 1 + linesBefore : 0);
        String physical = source.line(sourceLine);
        int quote = scalar.style() == Node.Style.QUOTED ? 1 : 0;
        int column = block ? physical.indexOf(valueLine) : utf16Column(physical, start.column() - 1) + quote;
        if (column < 0 || !physical.startsWith(valueLine, column)) {
            return start;
        }
        int at = column + from - lineStart;
        int until = Math.min(Math.min(at + Math.max(length, 1), column + valueLine.length()), physical.length());
        int codePoints = until <= at ? 1 : physical.codePointCount(at, until);
        return new Span(sourceLine, physical.codePointCount(0, Math.min(at, physical.length())) + 1, codePoints);
    }

    private static int utf16Column(String line, int codePoints) {
        int length = line.codePointCount(0, line.length());
        return line.offsetByCodePoints(0, Math.min(codePoints, length));
    }
}
