package dev.capocomico.language;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that was probably meant, for the hint under an error. */
public final class DidYouMean {
    /** Words longer than this are not compared: nobody misspells them by a letter, and the comparison is quadratic. */
    private static final int WORD_CHARS_MAX = 64;

    private DidYouMean() {}

    /**
     * The candidate nearest to the word, if it is near enough to be a slip: at most one edit for every three letters,
     * where an edit inserts, removes, replaces or swaps neighbours, and capitals do not count. Of equally near ones the
     * first wins. A candidate equal to the word is no correction and never the answer.
     */
    public static Optional<String> among(String word, Collection<String> candidates) {
        if (word.isEmpty() || word.length() > WORD_CHARS_MAX) {
            return Optional.empty();
        }
        String lower = word.toLowerCase(Locale.ROOT);
        int nearest = Math.max(1, word.length() / 3) + 1;
        Optional<String> found = Optional.empty();
        for (String candidate : candidates) {
            if (Math.abs(candidate.length() - word.length()) >= nearest || candidate.equals(word)) {
                continue;
            }
            int distance = distance(lower, candidate.toLowerCase(Locale.ROOT));
            // A one-letter word has no letter left in common when that letter is replaced.
            if (distance < nearest && distance < Math.max(candidate.length(), word.length())) {
                nearest = distance;
                found = Optional.of(candidate);
            }
        }
        return found;
    }

    /** Edits from one word to the other (optimal string alignment). */
    private static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(last[j], row[j - 1]) + 1);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            int[] spare = beforeLast;
            beforeLast = last;
            last = row;
            row = spare;
        }
        return last[b.length()];
    }
}
