/** What can be wrong with a document, and where. */
@NullMarked
package dev.capocomico.language.problem;

import org.jspecify.annotations.NullMarked;
