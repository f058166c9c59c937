package dev.capocomico.model.execution;

/** Text for people that somebody else has written, such as why something failed. It is shortened, never refused. */
public final class FreeText {
    /** In characters, of a sentence that says why. */
    public static final int SENTENCE_MAX = 4_000;

    /** In characters, of a code that programs compare. */
    public static final int CODE_MAX = 128;

    private static final char ELLIPSIS = '…';
    private static final char REPLACEMENT = '\uFFFD';

    private FreeText() {}

    /** At most so long, and all of it characters: halves are replaced, because they could not be read back as they are. */
    public static String bounded(String text, int charactersMax) {
        String whole = ValueLimits.hasHalfCharacter(text) ? withoutHalves(text) : text;
        if (whole.length() <= charactersMax) {
            return whole;
        }
        int end = charactersMax - 1;
        return whole.substring(0, Character.isHighSurrogate(whole.charAt(end - 1)) ? end - 1 : end) + ELLIPSIS;
    }

    private static String withoutHalves(String text) {
        StringBuilder whole = new StringBuilder(text.length());
        text.codePoints()
                .map(point -> Character.getType(point) == Character.SURROGATE ? REPLACEMENT : point)
                .forEach(whole::appendCodePoint);
        return whole.toString();
    }
}
