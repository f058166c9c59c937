/** Holds the pages that name tests against the tests that there are. */
@NullMarked
package dev.capocomico.manual;

import org.jspecify.annotations.NullMarked;
