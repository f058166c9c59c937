/** The port through which the model has {@code ${…}} evaluated, so that it knows nothing of the expression language. */
@NullMarked
package dev.capocomico.model.expression;

import org.jspecify.annotations.NullMarked;
