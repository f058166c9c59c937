/**
 * Nodes and databases that are killed, and what is found of their executions afterwards by a checker that shares nothing with the
 * engine: it reads the journal as a database of bytes, and the file in which the agents have noted their calls.
 */
@NullMarked
package dev.capocomico.chaos;

import org.jspecify.annotations.NullMarked;
