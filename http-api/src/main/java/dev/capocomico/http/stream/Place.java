package dev.capocomico.http.stream;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a reader stands: after this item, and before all greater ones.
 *
 * @param major what comes first in the order; 0 where there is no such thing
 * @param minor what comes next
 * @param index among the items that stand at one place
 */
record Place(long major, long minor, int index) implements Comparable<Place> {
    static final Place START = new Place(0, 0, 0);

    /** Behind all items of one place; as large as the form of a place lets it be. */
    static final int INDEX_MAX = 999_999_999;

    private static final Comparator<Place> ORDER = Comparator.comparingLong(Place::major)
            .thenComparingLong(Place::minor)
            .thenComparingInt(Place::index);
    private static final Pattern FORM = Pattern.compile("(?:(\\d{1,18})\\.)?(\\d{1,18})\\.(\\d{1,9})");

    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }

    /** As users keep it. */
    String text() {
        return (major == 0 ? "" : major + ".") + minor + "." + index;
    }

    /** Empty for a word that is no place. */
    static Optional<Place> read(String word) {
        Matcher matcher = FORM.matcher(word);
        return matcher.matches()
                ? Optional.of(new Place(
                        matcher.group(1) == null ? 0 : Long.parseLong(matcher.group(1)),
                        Long.parseLong(matcher.group(2)),
                        Integer.parseInt(matcher.group(3))))
                : Optional.empty();
    }
}
