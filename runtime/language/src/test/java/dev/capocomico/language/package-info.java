/** Tests of the reader as a whole. */
@NullMarked
package dev.capocomico.language;

import org.jspecify.annotations.NullMarked;
