/**
 * Capocomico inside a Java program: {@link dev.capocomico.Capocomico} starts a node, registers workflows and executes them, with
 * agents that are functions of the same program.
 */
@NullMarked
package dev.capocomico;

import org.jspecify.annotations.NullMarked;
