package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Something that is to be undone if the execution is.
 *
 * @param output JSON null when nobody knows whether it was done
 */
public record Completion(Target.Element element, JsonNode output) {}
