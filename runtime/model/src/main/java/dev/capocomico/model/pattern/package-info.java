/** What the rest of the system knows of coordination patterns before any of them runs: their names and settings. */
@NullMarked
package dev.capocomico.model.pattern;

import org.jspecify.annotations.NullMarked;
