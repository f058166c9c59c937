/** Moments between two steps of the engine that a test can stand in. */
@NullMarked
package dev.capocomico.engine.probe;

import org.jspecify.annotations.NullMarked;
