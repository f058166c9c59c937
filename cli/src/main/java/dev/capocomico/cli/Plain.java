package dev.capocomico.cli;

/**
 * Text from elsewhere made fit for a terminal: a file's bytes can neither move the cursor nor turn the line around, and
 * we know how many columns each character takes.
 */
final class Plain {
    /** A tab is this wide everywhere; where it would really end depends on what stands before it. */
    private static final String TAB = "    ";

    /** First and last characters of the blocks that terminals show two columns wide: Han, kana, Hangul, emoji. */
    private static final int[] WIDE = {
        0x1100, 0x115f, 0x231a, 0x231b, 0x23e9, 0x23ec, 0x2614, 0x2615, 0x26a1, 0x26a1, 0x2705, 0x2705, 0x274c, 0x274c,
        0x2753, 0x2755, 0x2795, 0x2797, 0x2b50, 0x2b50, 0x2e80, 0x303e, 0x3041, 0x33ff, 0x3400, 0x4dbf, 0x4e00, 0x9fff,
        0xa000, 0xa4cf, 0xa960, 0xa97f, 0xac00, 0xd7a3, 0xf900, 0xfaff, 0xfe30, 0xfe6f, 0xff00, 0xff60, 0xffe0, 0xffe6,
        0x1f004, 0x1f004, 0x1f300, 0x1f64f, 0x1f680, 0x1f6ff, 0x1f7e0, 0x1f7eb, 0x1f900, 0x1faff, 0x20000, 0x3fffd
    };

    private Plain() {}

    /** The text in one line, with everything that is no visible character made visible. */
    static String text(String text, Look look) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints().forEach(codePoint -> plain.append(shown(codePoint, look)));
        return plain.toString();
    }

    /** What is printed for a character. */
    static String shown(int codePoint, Look look) {
        if (codePoint == '\t') {
            return TAB;
        }
        if (Character.isISOControl(codePoint)) {
            boolean hasPicture = look.unicode() && codePoint < 0x20;
            return hasPicture ? Character.toString(0x2400 + codePoint) : replacement(look);
        }
        return switch (Character.getType(codePoint)) {
            // A joiner belongs to the emoji around it; what else has no shape of its own changes the order of a line.
            case Character.FORMAT -> codePoint == 0x200d ? Character.toString(codePoint) : replacement(look);
            case Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> replacement(look);
            default -> Character.toString(codePoint);
        };
    }

    private static String replacement(Look look) {
        return look.unicode() ? "\ufffd" : "?";
    }

    /** The columns that a text takes which {@link #shown} has returned. */
    static int width(String shown) {
        return shown.codePoints().map(Plain::width).sum();
    }

    private static int width(int codePoint) {
        if (codePoint < 0x300) {
            return 1;
        }
        int type = Character.getType(codePoint);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        for (int i = 0; i < WIDE.length; i += 2) {
            if (codePoint >= WIDE[i] && codePoint <= WIDE[i + 1]) {
                return 2;
            }
        }
        return 1;
    }
}
