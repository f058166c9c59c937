package dev.capocomico.model.definition;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * How a completed task is undone.
 *
 * @param agent the role that does it
 * @param input a template, which may read the task's own output
 */
public record Compensation(
        String agent, String action, @Nullable JsonNode input) {}
