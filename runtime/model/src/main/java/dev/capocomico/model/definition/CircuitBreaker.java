package dev.capocomico.model.definition;

import java.time.Duration;

/** An agent that failed this often in a row is left alone for a while. */
public record CircuitBreaker(int failureThreshold, Duration timeout) {}
