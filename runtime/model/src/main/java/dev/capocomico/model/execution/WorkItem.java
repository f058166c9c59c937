package dev.capocomico.model.execution;

/** Something that stands in line until the execution may start it. */
public sealed interface WorkItem {
    /** A task whose dependencies are done. */
    record StartTask(int task) implements WorkItem {}

    /** A fan-out that has elements left and a slot free. */
    record StartElement(int task) implements WorkItem {}

    /** A target that was tried before, and is no element of a fan-out. */
    record TryAgain(Target target) implements WorkItem {}
}
