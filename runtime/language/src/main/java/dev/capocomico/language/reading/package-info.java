/** From a tree to a definition. */
@NullMarked
package dev.capocomico.language.reading;

import org.jspecify.annotations.NullMarked;
