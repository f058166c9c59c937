/** Values of executions: how large they are, and what stands in the place of one that is kept beside the journal. */
@NullMarked
package dev.capocomico.model.value;

import org.jspecify.annotations.NullMarked;
