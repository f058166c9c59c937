package dev.capocomico.cli;

import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/**
 * How what is written to a stream may look.
 *
 * @param columns how wide a line may be before it is clipped
 */
record Look(int columns, boolean colour, boolean unicode) {
    /** Lines for a file or a pipe: nobody wants them folded, but one of a megabyte is of no use either. */
    private static final int COLUMNS_PIPED = 120;

    private static final int COLUMNS_UNKNOWN = 80;

    /** Narrower than this nothing can be laid out; the terminal may fold the lines. */
    private static final int COLUMNS_MIN = 40;

    /**
     * The launcher says in system properties which streams are a terminal and how wide it is, because asking for it in
     * Java means starting a process. Without the launcher everything is plain.
     *
     * @param stream {@code stdout} or {@code stderr}
     */
    static Look of(String stream, Properties properties, Map<String, String> environment) {
        boolean terminal = "terminal".equals(properties.getProperty("capo." + stream));
        boolean colourless = !environment.getOrDefault("NO_COLOR", "").isEmpty()
                || environment.getOrDefault("TERM", "dumb").equals("dumb");
        int columns = terminal ? terminalColumns(properties.getProperty("capo.columns", "")) : COLUMNS_PIPED;
        return new Look(columns, terminal && !colourless, unicode(environment));
    }

    private static int terminalColumns(String columns) {
        // A terminal that does not know its size says 0.
        boolean known = columns.matches("[1-9]\\d{0,3}");
        return known ? Math.max(COLUMNS_MIN, Integer.parseInt(columns)) : COLUMNS_UNKNOWN;
    }

    /** Only a locale that says otherwise keeps us from drawing with more than ASCII. */
    private static boolean unicode(Map<String, String> environment) {
        for (String variable : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
            String locale = environment.getOrDefault(variable, "");
            if (!locale.isEmpty()) {
                String upper = locale.toUpperCase(Locale.ROOT);
                return upper.contains("UTF-8") || upper.contains("UTF8");
            }
        }
        return true;
    }

    String paint(Tone tone, String text) {
        return colour ? "\u001b[" + tone.code + "m" + text + "\u001b[0m" : text;
    }

    /** The same for lines of another width. */
    Look wide(int otherColumns) {
        return new Look(otherColumns, colour, unicode);
    }

    String ellipsis() {
        return unicode ? "…" : "...";
    }

    /** What colours are for. */
    enum Tone {
        GOOD("32"),
        BAD("1;31"),
        PLACE("1"),
        MARGIN("34"),
        HINT("32"),
        BUSY("36"),
        WAITING("33"),
        UNDOING("35"),
        FAINT("2");

        private final String code;

        Tone(String code) {
            this.code = code;
        }
    }
}
