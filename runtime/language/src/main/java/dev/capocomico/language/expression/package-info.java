/** Stub. */
@NullMarked
package dev.capocomico.language.expression;

import org.jspecify.annotations.NullMarked;
