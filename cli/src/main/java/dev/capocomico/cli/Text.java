package dev.capocomico.cli;

/** Text cut and filled to columns. */
final class Text {
    private Text() {}

    /** In one line, with what does not fit replaced by an ellipsis. */
    static String clip(String text, int columns, Look look) {
        String plain = Plain.text(text, look);
        if (Plain.width(plain) <= columns) {
            return plain;
        }
        int room = Math.max(0, columns - look.ellipsis().length());
        StringBuilder kept = new StringBuilder();
        int width = 0;
        for (int at = 0; at < plain.length(); ) {
            String character = Character.toString(plain.codePointAt(at));
            width += Plain.width(character);
            if (width > room) {
                break;
            }
            kept.append(character);
            at += character.length();
        }
        return kept + look.ellipsis();
    }

    /** Clipped, or filled with spaces at its end. */
    static String fit(String text, int columns, Look look) {
        String clipped = clip(text, columns, look);
        return clipped + " ".repeat(Math.max(0, columns - Plain.width(clipped)));
    }
}
