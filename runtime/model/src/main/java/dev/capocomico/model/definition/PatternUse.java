package dev.capocomico.model.definition;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The coordination pattern of a workflow, with its settings; what these mean is the pattern's own business. */
public record PatternUse(String name, ObjectNode settings) {
    /** Tasks by their dependencies alone: what a workflow is that names no pattern. */
    public static final PatternUse GRAPH = new PatternUse("graph", JsonNodeFactory.instance.objectNode());
}
