/** JSON Schema: of inputs and outputs, and the published schema of the language itself. */
@NullMarked
package dev.capocomico.language.schema;

import org.jspecify.annotations.NullMarked;
