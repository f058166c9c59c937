package dev.capocomico.cli;

/**
 * A line of a file and the carets below it, cut to a width so that what the carets point at can be seen.
 *
 * @param text the line, or the part of it around the carets with {@code …} where it was cut
 * @param carets spaces and carets that stand below the same columns
 */
record Clipping(String text, String carets) {

    /**
     * Shows only the characters that become part of the clipping: the line may be a whole document.
     *
     * @param caret where the carets begin in the line, counted in code points; one past its end points behind it
     * @param length how many code points they cover; there is always one caret at least
     */
    static Clipping of(String line, int caret, int length, int columns, Look look) {
        int middle = skip(line, 0, caret);
        int room = columns - 2 * look.ellipsis().length();

        // A third of the room goes to what stands before the carets, the rest to what follows; what one of them leaves
        // goes to the other.
        int start = backward(line, middle, room / 3, look);
        int width = Plain.width(shown(line, start, middle, look));
        int end = forward(line, middle, room - width, look);
        width += Plain.width(shown(line, middle, end, look));
        start = backward(line, start, room - width, look);

        String left = start > 0 ? look.ellipsis() : "";
        String right = end < line.length() ? look.ellipsis() : "";
        int covered = Math.min(end, skip(line, middle, length));
        String before = left + shown(line, start, middle, look);
        int carets = Math.max(1, Plain.width(shown(line, middle, covered, look)));
        return new Clipping(
                before + shown(line, middle, end, look) + right, " ".repeat(Plain.width(before)) + "^".repeat(carets));
    }

    /** Where so many code points after {@code from} end, or the line does. */
    private static int skip(String line, int from, int codePoints) {
        int at = from;
        for (int left = codePoints; left > 0 && at < line.length(); left--) {
            at += Character.charCount(line.codePointAt(at));
        }
        return at;
    }

    private static int backward(String line, int from, int room, Look look) {
        int at = from;
        int left = room;
        while (at > 0) {
            int codePoint = line.codePointBefore(at);
            left -= Plain.width(Plain.shown(codePoint, look));
            if (left < 0) {
                break;
            }
            at -= Character.charCount(codePoint);
        }
        return at;
    }

    private static int forward(String line, int from, int room, Look look) {
        int at = from;
        int left = room;
        while (at < line.length()) {
            int codePoint = line.codePointAt(at);
            left -= Plain.width(Plain.shown(codePoint, look));
            if (left < 0) {
                break;
            }
            at += Character.charCount(codePoint);
        }
        return at;
    }

    private static String shown(String line, int start, int end, Look look) {
        return Plain.text(line.substring(start, end), look);
    }
}
