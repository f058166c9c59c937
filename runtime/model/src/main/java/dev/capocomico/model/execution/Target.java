package dev.capocomico.model.execution;

/** What an attempt is made at. */
public sealed interface Target {
    /** An element of a task; a task without fan-out has one, number 0. */
    record Element(int task, int element) implements Target {}

    /** An entry of the list of what is to be undone. */
    record Undo(int entry) implements Target {}
}
