/**
 * The life of one execution as pure rules: what may be asked of it, what follows, and what is then owed to the world. No actor,
 * no clock, no randomness; {@link dev.capocomico.model.execution.Execution} is the way in.
 */
@NullMarked
package dev.capocomico.model.execution;

import org.jspecify.annotations.NullMarked;
