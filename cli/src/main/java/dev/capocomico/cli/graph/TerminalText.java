package dev.capocomico.cli.graph;

/** Text as a terminal counts it: in cells, of which some characters take two and some none. */
final class TerminalText {
    /** First and last code points that take two cells, besides emoji. */
    private static final int[] WIDE = {
        0x1100, 0x115f, 0x2e80, 0x303e, 0x3041, 0x4dbf, 0x4e00, 0xa4cf, 0xa960, 0xa97c, 0xac00, 0xd7a3, 0xf900, 0xfaff,
        0xfe10, 0xfe19, 0xfe30, 0xfe6f, 0xff00, 0xff60, 0xffe0, 0xffe6, 0x16fe0, 0x18cff, 0x1aff0, 0x1b2ff, 0x1f200,
        0x1f2ff, 0x1f300, 0x1f64f, 0x1f680, 0x1f6ff, 0x1f900, 0x1f9ff, 0x1fa70, 0x1faff, 0x20000, 0x3fffd
    };

    private TerminalText() {}

    static int width(int codePoint) {
        if (codePoint < 0x300) {
            return 1;
        }
        int type = Character.getType(codePoint);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        if (Character.isEmojiPresentation(codePoint)) {
            return 2;
        }
        for (int i = 0; i < WIDE.length; i += 2) {
            if (codePoint >= WIDE[i] && codePoint <= WIDE[i + 1]) {
                return 2;
            }
        }
        return 1;
    }

    static int width(String text) {
        return text.codePoints().map(TerminalText::width).sum();
    }

    /** The text if it is no wider than this many cells, else its beginning and an ellipsis. */
    static String clip(String text, int cells) {
        if (width(text) <= cells) {
            return text;
        }
        if (cells < 1) {
            return "";
        }
        StringBuilder clipped = new StringBuilder();
        int used = 0;
        for (int c : text.codePoints().toArray()) {
            used += width(c);
            if (used > cells - 1) {
                break;
            }
            clipped.appendCodePoint(c);
        }
        return clipped.append('…').toString();
    }

    /** Like {@link #clip}, but the end stays too: ids of a large workflow often differ only there. */
    static String clipInside(String text, int cells) {
        if (width(text) <= cells || cells < 8) {
            return clip(text, cells);
        }
        int[] codePoints = text.codePoints().toArray();
        int first = codePoints.length;
        int used = 0;
        while (used + width(codePoints[first - 1]) <= cells / 3) {
            used += width(codePoints[--first]);
        }
        return clip(text, cells - used) + new String(codePoints, first, codePoints.length - first);
    }

    /** The nearest that ASCII has, always of the same width. */
    static String ascii(int codePoint) {
        return switch (codePoint) {
            case '●' -> "*";
            case '○' -> "o";
            case '◆' -> "@";
            case '◇' -> "0";
            case '▼' -> "v";
            case '×' -> "x";
            case '·', '–' -> "-";
            case '…' -> "~";
            case '≤' -> "<";
            case '←' -> "<";
            default -> codePoint < 0x7f ? Character.toString(codePoint) : "?".repeat(width(codePoint));
        };
    }
}
