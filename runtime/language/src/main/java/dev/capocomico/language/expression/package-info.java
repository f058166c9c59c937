/**
 * The expressions of the workflow language: CEL inside {@code ${…}}.
 *
 * <p>Parsing and type-checking are {@code dev.cel}'s. Evaluation is this package's own small tree of nodes, for three
 * reasons: every step, copy and comparison is charged to one {@code Meter} before it happens, so that nothing in an
 * expression is outside the budget; JSON is read where it lies instead of being converted at each function call; and a
 * failure is a sentence for a person. The tests hold the evaluator against {@code dev.cel}'s runtime.
 *
 * <p>An expression that is only a path, such as {@code input.user.name}, is by far the most frequent kind. It is parsed
 * here too, and {@code dev.cel} with its parser generator and protobuf is not even loaded for it.
 */
@NullMarked
package dev.capocomico.language.expression;

import org.jspecify.annotations.NullMarked;
