package dev.capocomico.language.tree;

import java.nio.charset.StandardCharsets;

/** The text of a document, which knows its lines by number. */
public final class SourceText {
    private final String name;
    private final String text;
    private final int firstLine;
    private int lastLine;
    private int lastLineStart;

    public SourceText(String name, byte[] utf8) {
        this(name, 1, withoutMark(new String(utf8, StandardCharsets.UTF_8)));
    }

    private SourceText(String name, int firstLine, String text) {
        this.name = name;
        this.text = text;
        this.firstLine = firstLine;
        this.lastLine = firstLine;
    }

    /** Of a document that cannot be shown as a whole, the one line that can. */
    public static SourceText ofOneLine(String name, int number, String line) {
        return new SourceText(name, number, line);
    }

    private static String withoutMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    public String name() {
        return name;
    }

    public String text() {
        return text;
    }

    /** The line of this number, from 1, without its end; empty beyond the last line. */
    public String line(int number) {
        // Problems are looked up mostly in order, so each search goes on where the last one ended.
        if (number < lastLine) {
            lastLine = firstLine;
            lastLineStart = 0;
        }
        while (lastLine < number) {
            int end = endOfLine(lastLineStart);
            if (end == text.length()) {
                return "";
            }
            lastLineStart = end + (text.startsWith("\r\n", end) ? 2 : 1);
            lastLine++;
        }
        return text.substring(lastLineStart, endOfLine(lastLineStart));
    }

    /** Where the code point of this number (from 0) stands. */
    public Span spanOfCodePoint(int index) {
        int line = 1;
        int column = 1;
        for (int at = 0, seen = 0; seen < index && at < text.length(); seen++) {
            int codePoint = text.codePointAt(at);
            boolean ends = isLineEnd(text.charAt(at)) && !text.startsWith("\r\n", at);
            line += ends ? 1 : 0;
            column = ends ? 1 : column + 1;
            at += Character.charCount(codePoint);
        }
        return new Span(line, column, 1);
    }

    /** 0 when there is none. */
    public int firstLineLongerThan(int characters) {
        int line = 1;
        int start = 0;
        for (int at = 0; at < text.length(); at++) {
            if (text.charAt(at) == '\n') {
                line++;
                start = at + 1;
            } else if (at - start >= characters) {
                return line;
            }
        }
        return 0;
    }

    private int endOfLine(int from) {
        int end = from;
        while (end < text.length() && !isLineEnd(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** What YAML takes for the end of a line. */
    private static boolean isLineEnd(char character) {
        return character == '\n'
                || character == '\r'
                || character == '\u0085'
                || character == '\u2028'
                || character == '\u2029';
    }
}
