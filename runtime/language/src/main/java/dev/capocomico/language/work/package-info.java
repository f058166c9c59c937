/** Work that is done for a caller, and can be ended before it is done. */
@NullMarked
package dev.capocomico.language.work;

import org.jspecify.annotations.NullMarked;
