package dev.capocomico.model.definition;

import java.time.Duration;

/** A task is done again until its output satisfies an expression, {@code max} times at most. */
public record Repeat(String until, int max, Duration delay) {}
