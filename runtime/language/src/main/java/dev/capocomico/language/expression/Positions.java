package dev.capocomico.language.expression;

import dev.cel.common.CelSource;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.ast.CelExpr;

/** Offsets in UTF-16 units of what {@code dev.cel} counts in code points. */
final class Positions {
    private final String source;
    private final CelSource tree;

    Positions(String source, CelSource tree) {
        this.source = source;
        this.tree = tree;
    }

    int of(CelExpr expr) {
        Integer codePoints = tree.getPositionsMap().get(expr.id());
        return codePoints == null ? 0 : advance(source, 0, codePoints);
    }

    static int of(String source, CelSourceLocation location) {
        if (location.getLine() < 1 || location.getColumn() < 0) {
            return 0;
        }
        int lineStart = 0;
        for (int line = 1; line < location.getLine(); line++) {
            int newline = source.indexOf('\n', lineStart);
            if (newline < 0) {
                return source.length();
            }
            lineStart = newline + 1;
        }
        return advance(source, lineStart, location.getColumn());
    }

    private static int advance(String source, int from, int codePoints) {
        int at = from;
        for (int i = 0; i < codePoints && at < source.length(); i++) {
            at += Character.charCount(source.codePointAt(at));
        }
        return at;
    }
}
