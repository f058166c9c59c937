package dev.capocomico.cli;

/** Commands that are printed to be copied. */
final class Shell {
    private Shell() {}

    /** Quoted if a shell would take it for more than a word. */
    static String word(String text) {
        return text.matches("[A-Za-z0-9_./:@%+=,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
