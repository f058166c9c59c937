package dev.capocomico.patterns;

/** Tasks by their dependencies alone. */
final class GraphSettings extends DescribedPattern {
    GraphSettings() {
        super("graph", "Tasks run as soon as the tasks they depend on are done; nobody coordinates them.");
    }
}
