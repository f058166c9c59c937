package dev.capocomico.language.problem;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds the word that somebody probably meant. */
public final class DidYouMean {
    /** Longer words are not compared: nobody mistypes them. */
    private static final int WORD_LENGTH_MAX = 128;

    /** More candidates than this are not searched, so that a thousand wrong names in a large document stay cheap. */
    private static final int CANDIDATES_MAX = 5_000;

    /** Pairs of letters that one search compares: so that long names, made to be alike, stay cheap too. */
    private static final int COMPARISONS_MAX = 200_000;

    private static final int DISTANCE_MAX = 3;

    private static final int LISTED_MAX = 24;
    private static final int LISTED_OF_MANY = 8;

    private final String word;
    private final int[][] rows = new int[3][WORD_LENGTH_MAX + 1];
    private long comparisons;

    private DidYouMean(String word) {
        this.word = fold(word);
    }

    /** The candidate nearest to {@code word}, if one is near: at most a third of its letters differ, and at most 3. */
    public static Optional<String> among(String word, Collection<String> candidates) {
        return word.isEmpty() || word.length() > WORD_LENGTH_MAX
                ? Optional.empty()
                : new DidYouMean(word).nearest(word, candidates);
    }

    /**
     * The hint of {@link #among}, or a list of what there is.
     *
     * @param introduction of that list, such as {@code the agents are}
     */
    public static String hint(String word, Collection<String> candidates, String introduction) {
        return among(word, candidates)
                .map(near -> "did you mean \"" + near + "\"?")
                .orElseGet(() -> candidates.isEmpty() ? "there are none yet" : list(candidates, introduction));
    }

    private static String list(Collection<String> candidates, String introduction) {
        boolean all = candidates.size() <= LISTED_MAX;
        String names = candidates.stream()
                .limit(all ? LISTED_MAX : LISTED_OF_MANY)
                .collect(Collectors.joining(", ", introduction + ": ", ""));
        return all ? names : "%s and %,d more".formatted(names, candidates.size() - LISTED_OF_MANY);
    }

    private Optional<String> nearest(String exactly, Collection<String> candidates) {
        int bestDistance = Math.clamp(word.length() / 3, 1, DISTANCE_MAX) + 1;
        String best = null;
        int compared = 0;
        for (String candidate : candidates) {
            if (++compared > CANDIDATES_MAX || comparisons > COMPARISONS_MAX || bestDistance == 0) {
                break;
            }
            int distance = distance(fold(candidate), bestDistance - 1);
            if (distance < bestDistance && !candidate.equals(exactly)) {
                bestDistance = distance;
                best = candidate;
            }
        }
        return Optional.ofNullable(best);
    }

    private static String fold(String word) {
        return word.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    /**
     * Damerau-Levenshtein (adjacent letters may be swapped), given up beyond {@code bound}. What is further off the diagonal
     * than the bound cannot count, so only a band along it is computed.
     */
    private int distance(String other, int bound) {
        int beyond = bound + 1;
        if (Math.abs(word.length() - other.length()) > bound || other.length() > WORD_LENGTH_MAX) {
            return beyond;
        }
        int[] beforeLast = rows[0];
        int[] last = rows[1];
        int[] current = rows[2];
        for (int column = 0; column <= other.length(); column++) {
            last[column] = column;
        }
        for (int row = 1; row <= word.length(); row++) {
            Arrays.fill(current, 0, other.length() + 1, beyond);
            current[0] = row;
            int best = row;
            int until = Math.min(other.length(), row + bound);
            for (int column = Math.max(1, row - bound); column <= until; column++) {
                int same = word.charAt(row - 1) == other.charAt(column - 1) ? 0 : 1;
                int cost = Math.min(Math.min(current[column - 1], last[column]) + 1, last[column - 1] + same);
                current[column] = swapped(other, row, column) ? Math.min(cost, beforeLast[column - 2] + 1) : cost;
                best = Math.min(best, current[column]);
                comparisons++;
            }
            if (best > bound) {
                return beyond;
            }
            int[] free = beforeLast;
            beforeLast = last;
            last = current;
            current = free;
        }
        return last[other.length()];
    }

    private boolean swapped(String other, int row, int column) {
        return row > 1
                && column > 1
                && word.charAt(row - 1) == other.charAt(column - 2)
                && word.charAt(row - 2) == other.charAt(column - 1);
    }
}
