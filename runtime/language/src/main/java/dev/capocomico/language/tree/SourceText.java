package dev.capocomico.language.tree;

import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The text of a document, which finds its lines by number. It stays in UTF-8 and is never decoded as a whole; any place is
 * found in about the same time, however long the document or its lines, so that a thousand problems cost no more than the
 * document does.
 */
public final class SourceText {
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final String name;
    private final byte[] utf8;
    private final int start;
    private final int end;
    private @Nullable Checkpoints checkpoints;

    /** @param utf8 sound UTF-8, see {@link Utf8}; not copied */
    public SourceText(String name, byte[] utf8) {
        this(name, utf8, utf8.length);
    }

    private SourceText(String name, byte[] utf8, int end) {
        this.name = name;
        this.utf8 = utf8;
        this.end = end;
        boolean marked =
                end >= BYTE_ORDER_MARK.length && Arrays.mismatch(utf8, BYTE_ORDER_MARK) >= BYTE_ORDER_MARK.length;
        this.start = marked ? BYTE_ORDER_MARK.length : 0;
    }

    /** Of a document whose bytes are sound only up to an offset, what stands before it. */
    public static SourceText ofSoundPart(String name, byte[] bytes, int end) {
        return new SourceText(name, bytes, end);
    }

    public String name() {
        return name;
    }

    /** The characters from the beginning, without a byte order mark. */
    public Reader reader() {
        return new InputStreamReader(new ByteArrayInputStream(utf8, start, end - start), StandardCharsets.UTF_8);
    }

    /** No smaller than the number of code points. */
    public int bytes() {
        return end - start;
    }

    /** Whether the first character that is no white space is this one, an ASCII character. */
    public boolean startsWith(char character) {
        int at = start;
        while (at < end && (utf8[at] == ' ' || utf8[at] == '\t' || isLineEnd(at))) {
            at++;
        }
        return at < end && utf8[at] == character;
    }

    /** What stands from a place on, to the end of its line, but at most so many code points. */
    public String from(int line, int column, int codePointsMax) {
        int from = offset(line, column);
        int to = from;
        for (int seen = 0; to < end && !isLineEnd(to); to++) {
            seen += isContinuation(to) ? 0 : 1;
            if (seen > codePointsMax) {
                break;
            }
        }
        return new String(utf8, from, to - from, StandardCharsets.UTF_8);
    }

    /** The column, or the one after the line's last character when the line is shorter. */
    public int columnWithin(int line, int column) {
        return Math.min(
                column,
                where(new Walk(checkpoints().before(line, column)).to(line, column))
                        .column());
    }

    /** Where the code point of this number (from 0) stands. */
    public Span spanOfCodePoint(int index) {
        Walk walk = new Walk(checkpoints().beforeCodePoint(index));
        while (walk.at < end && (walk.codePoints < index || isContinuation(walk.at))) {
            walk.step();
        }
        return where(walk);
    }

    /** Where the text ends. */
    public Span spanOfEnd() {
        return spanOfCodePoint(Integer.MAX_VALUE);
    }

    /** Finds places by their number of UTF-16 units; quickly as long as each is behind the one before. */
    Utf16Places utf16Places() {
        return new Utf16Places();
    }

    /** The number of the first line of more code points than this; 0 when there is none. */
    public int firstLineLongerThan(int codePoints) {
        int line = 1;
        int lineStart = start;
        for (int at = start; at <= end; at++) {
            boolean ends = at == end || isLineEnd(at);
            if (ends && at - lineStart > codePoints && codePointsIn(lineStart, at) > codePoints) {
                return line;
            }
            if (ends && at < end) {
                line += endsLine(at) ? 1 : 0;
                lineStart = at + 1;
            }
        }
        return 0;
    }

    private int codePointsIn(int from, int to) {
        int codePoints = 0;
        for (int at = from; at < to; at++) {
            codePoints += isContinuation(at) ? 0 : 1;
        }
        return codePoints;
    }

    private int offset(int line, int column) {
        return new Walk(checkpoints().before(line, column)).to(line, column).at;
    }

    private static Span where(Walk walk) {
        return new Span(walk.line + 1, walk.column + 1, 1);
    }

    private Checkpoints checkpoints() {
        Checkpoints known = checkpoints;
        if (known == null) {
            known = new Checkpoints();
            checkpoints = known;
        }
        return known;
    }

    private boolean isContinuation(int at) {
        return (utf8[at] & 0xC0) == 0x80;
    }

    /** What YAML 1.2 and JSON take for the end of a line. */
    private boolean isLineEnd(int at) {
        return utf8[at] == '\n' || utf8[at] == '\r';
    }

    /** Whether a new line begins after this byte: not between the two of a CR LF. */
    private boolean endsLine(int at) {
        return utf8[at] == '\n' || (utf8[at] == '\r' && (at + 1 == end || utf8[at + 1] != '\n'));
    }

    /** A position that moves on byte by byte and counts what it passes; line and column from 0. */
    private final class Walk {
        int at = start;
        int line;
        int column;
        int codePoints;

        Walk() {}

        Walk(int checkpoint) {
            Checkpoints known = checkpoints();
            at = start + checkpoint * Checkpoints.BYTES_APART;
            line = known.lines[checkpoint];
            column = known.columns[checkpoint];
            codePoints = known.codePoints[checkpoint];
        }

        void step() {
            if (!isContinuation(at)) {
                codePoints++;
                column++;
            }
            if (endsLine(at)) {
                line++;
                column = 0;
            }
            at++;
        }

        /** Goes on to a place (counted from 1), or to the end of its line when that is shorter. */
        Walk to(int wantedLine, int wantedColumn) {
            while (at < end && !reached(wantedLine - 1, wantedColumn - 1)) {
                step();
            }
            return this;
        }

        private boolean reached(int wantedLine, int wantedColumn) {
            return line > wantedLine
                    || (line == wantedLine && !isContinuation(at) && (column >= wantedColumn || isLineEnd(at)));
        }
    }

    /** Line, column and number of code points at regular distances, so that nobody has to count from the beginning. */
    private final class Checkpoints {
        static final int BYTES_APART = 16 * 1024;

        final int[] lines;
        final int[] columns;
        final int[] codePoints;

        Checkpoints() {
            int count = (end - start) / BYTES_APART + 1;
            lines = new int[count];
            columns = new int[count];
            codePoints = new int[count];
            Walk walk = new Walk();
            for (int i = 0; i < count; i++) {
                lines[i] = walk.line;
                columns[i] = walk.column;
                codePoints[i] = walk.codePoints;
                int next = Math.min(end, start + (i + 1) * BYTES_APART);
                while (walk.at < next) {
                    walk.step();
                }
            }
        }

        int before(int line, int column) {
            int low = 0;
            int high = lines.length - 1;
            while (low < high) {
                int middle = (low + high + 1) >>> 1;
                boolean notBehind =
                        lines[middle] < line - 1 || (lines[middle] == line - 1 && columns[middle] <= column - 1);
                low = notBehind ? middle : low;
                high = notBehind ? high : middle - 1;
            }
            return low;
        }

        int beforeCodePoint(int index) {
            int found = Arrays.binarySearch(codePoints, index);
            return found >= 0 ? found : Math.max(0, -found - 2);
        }
    }

    /** See {@link #utf16Places}. */
    final class Utf16Places {
        private Walk walk = new Walk();
        private long units;

        Span span(long unit) {
            if (unit < units) {
                walk = new Walk();
                units = 0;
            }
            while (walk.at < end && (units < unit || isContinuation(walk.at))) {
                // Four bytes of UTF-8 are two units of UTF-16, the other lengths are one.
                units += isContinuation(walk.at) ? 0 : (utf8[walk.at] & 0xF8) == 0xF0 ? 2 : 1;
                walk.step();
            }
            return where(walk);
        }
    }
}
