package dev.capocomico.language.expression;

/** Finds its way through the source of expressions without parsing them: where literals and words begin and end. */
final class ExpressionText {
    private ExpressionText() {}

    static boolean startsIdentifier(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    static boolean continuesIdentifier(char c) {
        return startsIdentifier(c) || (c >= '0' && c <= '9');
    }

    static boolean isQuote(char c) {
        return c == '"' || c == '\'';
    }

    static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
    }

    static int skipSpace(String text, int from) {
        int at = from;
        while (at < text.length() && isSpace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** The offset after the identifier at the given offset; the same offset when there is none. */
    static int skipIdentifier(String text, int from) {
        if (from >= text.length() || !startsIdentifier(text.charAt(from))) {
            return from;
        }
        int at = from + 1;
        while (at < text.length() && continuesIdentifier(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** The offset after the string literal whose opening quote is at the given offset; -1 when it is never closed. */
    static int skipString(String text, int quoteAt) {
        char quote = text.charAt(quoteAt);
        boolean triple = text.startsWith(String.valueOf(quote).repeat(3), quoteAt);
        boolean raw = isRawPrefixed(text, quoteAt);
        int at = quoteAt + (triple ? 3 : 1);
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\\' && !raw) {
                at += 2;
            } else if (c == quote
                    && (!triple || text.startsWith(String.valueOf(quote).repeat(3), at))) {
                return at + (triple ? 3 : 1);
            } else {
                at++;
            }
        }
        return -1;
    }

    /** The offset of the line's end when a comment starts at the given offset, else the same offset. */
    static int skipComment(String text, int from) {
        if (!text.startsWith("//", from)) {
            return from;
        }
        int newline = text.indexOf('\n', from);
        return newline < 0 ? text.length() : newline;
    }

    /** {@code r"…"} or {@code br"…"}, where a backslash is an ordinary character. */
    private static boolean isRawPrefixed(String text, int quoteAt) {
        int wordStart = quoteAt;
        while (wordStart > 0 && continuesIdentifier(text.charAt(wordStart - 1))) {
            wordStart--;
        }
        String prefix = text.substring(Math.max(wordStart, quoteAt - 3), quoteAt);
        return prefix.equalsIgnoreCase("r") || prefix.equalsIgnoreCase("br");
    }

    /** A name or value for a message: the start of it when it is long, on one line. */
    static String excerpt(String text, int charsMax) {
        StringBuilder line = new StringBuilder(Math.min(text.length(), charsMax) + 1);
        for (int i = 0; i < text.length() && line.length() < charsMax; i++) {
            char c = text.charAt(i);
            line.append(Character.isISOControl(c) ? ' ' : c);
        }
        if (text.length() > charsMax) {
            line.setLength(Character.isHighSurrogate(line.charAt(charsMax - 1)) ? charsMax - 1 : charsMax);
            line.append('…');
        }
        return line.toString();
    }
}
