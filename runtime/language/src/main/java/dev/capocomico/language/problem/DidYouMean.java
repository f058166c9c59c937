package dev.capocomico.language.problem;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that somebody probably meant. */
public final class DidYouMean {
    /** Longer words are not compared: nobody mistypes them, and comparing costs their square. */
    private static final int WORD_LENGTH_MAX = 128;

    /** More candidates than this are not searched, so that a thousand wrong names in a large document stay cheap. */
    private static final int CANDIDATES_MAX = 5_000;

    private DidYouMean() {}

    /** The candidate nearest to {@code word}, if one is near: at most a third of its letters differ, and at most 3. */
    public static Optional<String> among(String word, Collection<String> candidates) {
        if (word.isEmpty() || word.length() > WORD_LENGTH_MAX) {
            return Optional.empty();
        }
        int bound = Math.min(3, Math.max(1, word.length() / 3));
        String best = null;
        int bestDistance = bound + 1;
        int compared = 0;
        for (String candidate : candidates) {
            if (++compared > CANDIDATES_MAX) {
                break;
            }
            int distance = distance(fold(word), fold(candidate), bestDistance - 1);
            if (distance < bestDistance && !candidate.equals(word)) {
                bestDistance = distance;
                best = candidate;
            }
        }
        return Optional.ofNullable(best);
    }

    /** The hint of {@link #among}, or a list of what there is, or {@code otherwise} when that would be long. */
    public static String hint(String word, Collection<String> candidates, String otherwise) {
        return among(word, candidates)
                .map(near -> "did you mean \"" + near + "\"?")
                .orElseGet(() -> candidates.isEmpty() || candidates.size() > 24
                        ? otherwise
                        : otherwise + ": " + String.join(", ", candidates));
    }

    private static String fold(String word) {
        return word.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    /** Damerau-Levenshtein (adjacent letters may be swapped), given up beyond {@code bound}. */
    private static int distance(String left, String right, int bound) {
        if (Math.abs(left.length() - right.length()) > bound || right.length() > WORD_LENGTH_MAX) {
            return bound + 1;
        }
        int[] beforeLast = new int[right.length() + 1];
        int[] last = new int[right.length() + 1];
        for (int column = 0; column < last.length; column++) {
            last[column] = column;
        }
        for (int row = 1; row <= left.length(); row++) {
            int[] current = new int[right.length() + 1];
            current[0] = row;
            for (int column = 1; column <= right.length(); column++) {
                boolean same = left.charAt(row - 1) == right.charAt(column - 1);
                current[column] =
                        Math.min(Math.min(current[column - 1], last[column]) + 1, last[column - 1] + (same ? 0 : 1));
                boolean swapped = row > 1
                        && column > 1
                        && left.charAt(row - 1) == right.charAt(column - 2)
                        && left.charAt(row - 2) == right.charAt(column - 1);
                if (swapped) {
                    current[column] = Math.min(current[column], beforeLast[column - 2] + 1);
                }
            }
            beforeLast = last;
            last = current;
        }
        return last[right.length()];
    }
}
