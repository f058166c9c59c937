/** Tests of what is said about problems. */
@NullMarked
package dev.capocomico.language.problem;

import org.jspecify.annotations.NullMarked;
