package dev.capocomico.language.problem;

/**
 * One thing that is wrong with a document.
 *
 * @param pointer JSON pointer (RFC 6901) of the value, or of the mapping that lacks a key
 * @param message what is wrong, as a sentence without a full stop
 * @param hint what to do about it
 */
public record Problem(ProblemCode code, String pointer, Place place, String message, String hint, Excerpt excerpt) {}
