package dev.capocomico.engine;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * An agent inside this JVM. Called on a virtual thread of its own for each attempt, by many threads at once. What it throws fails
 * the attempt; {@link AttemptFailure} says with which code.
 */
@FunctionalInterface
public interface LocalAgent {
    JsonNode perform(Assignment assignment) throws Exception;
}
