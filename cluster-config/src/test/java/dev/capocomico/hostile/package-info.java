/** A node and callers that mean it ill. */
@NullMarked
package dev.capocomico.hostile;

import org.jspecify.annotations.NullMarked;
