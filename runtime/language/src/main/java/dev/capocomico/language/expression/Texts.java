package dev.capocomico.language.expression;

import dev.capocomico.language.expression.Value.Text;

/** Searching in strings, in time that is linear in both. */
final class Texts {
    /** Up to here the library's search, whose worst case is the product of both lengths, is linear enough. */
    private static final int PLAIN_SEARCH_CHARS_MAX = 4;

    private Texts() {}

    static boolean contains(Text in, Text sought, Meter meter) {
        String text = in.value();
        String word = sought.value();
        if (word.length() > text.length()) {
            return false;
        }
        meter.read(text.length());
        if (word.length() <= PLAIN_SEARCH_CHARS_MAX) {
            return text.contains(word);
        }
        meter.allocate(4L * word.length());
        meter.read(word.length());
        return search(text, word);
    }

    static boolean startsWith(Text text, Text prefix, Meter meter) {
        meter.read(Math.min(prefix.value().length(), text.value().length()));
        return text.value().startsWith(prefix.value());
    }

    static boolean endsWith(Text text, Text suffix, Meter meter) {
        meter.read(Math.min(suffix.value().length(), text.value().length()));
        return text.value().endsWith(suffix.value());
    }

    static int codePoints(Text text, Meter meter) {
        meter.read(text.value().length());
        return text.value().codePointCount(0, text.value().length());
    }

    /** Knuth, Morris and Pratt. */
    private static boolean search(String text, String word) {
        int[] borders = borders(word);
        int matched = 0;
        for (int i = 0; i < text.length(); i++) {
            while (matched > 0 && text.charAt(i) != word.charAt(matched)) {
                matched = borders[matched - 1];
            }
            if (text.charAt(i) == word.charAt(matched) && ++matched == word.length()) {
                return true;
            }
        }
        return false;
    }

    /** For each prefix of the word, how long its longest proper prefix is that is also its suffix. */
    private static int[] borders(String word) {
        int[] borders = new int[word.length()];
        int border = 0;
        for (int i = 1; i < word.length(); i++) {
            while (border > 0 && word.charAt(i) != word.charAt(border)) {
                border = borders[border - 1];
            }
            if (word.charAt(i) == word.charAt(border)) {
                border++;
            }
            borders[i] = border;
        }
        return borders;
    }
}
