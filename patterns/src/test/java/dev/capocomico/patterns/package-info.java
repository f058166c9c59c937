/** Tests of the patterns that come with the runtime. */
@NullMarked
package dev.capocomico.patterns;

import org.jspecify.annotations.NullMarked;
