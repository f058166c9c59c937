/** The port through which the model has values held against JSON Schemas. */
@NullMarked
package dev.capocomico.model.schema;

import org.jspecify.annotations.NullMarked;
