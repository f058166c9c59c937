package dev.capocomico.language.tree;

/**
 * Where a node stands. Counted in code points, from 1.
 *
 * @param length how much of its first line the node covers, at least 1
 */
public record Span(int line, int column, int length) {}
