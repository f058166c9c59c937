/** Regular expressions of callers, whose cost is known before they are compiled. */
@NullMarked
package dev.capocomico.language.regex;

import org.jspecify.annotations.NullMarked;
