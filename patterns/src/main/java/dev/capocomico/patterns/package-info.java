/** Coordination patterns: what each is called, which settings it takes, and its rules. */
@NullMarked
package dev.capocomico.patterns;

import org.jspecify.annotations.NullMarked;
