/** How often and after which delay a failed attempt is made again. */
@NullMarked
package dev.capocomico.model.retry;

import org.jspecify.annotations.NullMarked;
