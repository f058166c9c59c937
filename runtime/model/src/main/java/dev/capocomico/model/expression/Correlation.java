package dev.capocomico.model.expression;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A part of a condition about an event: one field of the event must be equal to a value that is known before the event comes. An event for
 * which that does not hold cannot fulfil the condition; one for which it holds may.
 *
 * @param path the names that lead to the field
 * @param value a string, a number, true or false
 */
public record Correlation(List<String> path, JsonNode value) {
    public Correlation {
        path = List.copyOf(path);
    }
}
