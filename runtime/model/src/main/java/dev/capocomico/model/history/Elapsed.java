package dev.capocomico.model.history;

import java.util.Locale;

/** How long something took, in a few characters. */
public final class Elapsed {
    private Elapsed() {}

    /** Short and readable: {@code 42ms}, {@code 1.2s}, {@code 3m05s}, {@code 2h10m}, {@code 3d04h}. */
    public static String words(long millis) {
        if (millis < 1_000) {
            return millis + "ms";
        }
        if (millis < 60_000) {
            return String.format(Locale.ROOT, "%d.%ds", millis / 1_000, millis % 1_000 / 100);
        }
        long seconds = millis / 1_000;
        if (seconds < 3_600) {
            return String.format(Locale.ROOT, "%dm%02ds", seconds / 60, seconds % 60);
        }
        long minutes = seconds / 60;
        return minutes < 1_440
                ? String.format(Locale.ROOT, "%dh%02dm", minutes / 60, minutes % 60)
                : String.format(Locale.ROOT, "%dd%02dh", minutes / 1_440, minutes / 60 % 24);
    }
}
