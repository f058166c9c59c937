package dev.capocomico.language.problem;

/**
 * The line of a problem.
 *
 * @param caretColumn code points before the caret, in {@code line}
 * @param caretLength code points to underline, at least 1
 */
public record Excerpt(String line, int caretColumn, int caretLength) {}
