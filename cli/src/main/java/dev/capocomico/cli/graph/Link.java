package dev.capocomico.cli.graph;

/**
 * An arrow between two figures.
 *
 * @param from a figure's place in the scene
 * @param count how many edges of the plan it stands for
 * @param critical whether the critical path goes along it
 */
record Link(int from, int to, int count, boolean critical) {}
