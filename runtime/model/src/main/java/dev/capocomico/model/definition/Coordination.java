package dev.capocomico.model.definition;

import java.util.List;

/**
 * What decides that a task may start.
 *
 * @param eventDriven the topics that the execution listens to
 * @param graphBased recorded, and given no meaning
 */
public record Coordination(CoordinationType type, List<String> eventDriven, List<String> graphBased) {
    public static final Coordination GRAPH = new Coordination(CoordinationType.GRAPH, List.of(), List.of());

    public Coordination {
        eventDriven = List.copyOf(eventDriven);
        graphBased = List.copyOf(graphBased);
    }
}
