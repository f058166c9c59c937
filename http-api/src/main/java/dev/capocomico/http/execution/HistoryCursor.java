package dev.capocomico.http.execution;

import dev.capocomico.http.contract.PageCursor;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a page of a history ended, as a word that means nothing to others.
 *
 * @param index of the entry among those of its step, from 1
 */
record HistoryCursor(long step, int index) implements Comparable<HistoryCursor> {
    static final HistoryCursor START = new HistoryCursor(0, 0);

    private static final Comparator<HistoryCursor> ORDER =
            Comparator.comparingLong(HistoryCursor::step).thenComparingInt(HistoryCursor::index);
    private static final Pattern FORM = Pattern.compile("(\\d{1,18})\\.(\\d{1,9})");

    @Override
    public int compareTo(HistoryCursor other) {
        return ORDER.compare(this, other);
    }

    String text() {
        return PageCursor.write(step + "." + index);
    }

    /** Empty for a word that {@link #text} has not made. */
    static Optional<HistoryCursor> read(String word) {
        return PageCursor.read(word)
                .map(FORM::matcher)
                .filter(Matcher::matches)
                .map(found -> new HistoryCursor(Long.parseLong(found.group(1)), Integer.parseInt(found.group(2))));
    }
}
