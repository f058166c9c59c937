/** What a document's structure cannot say: that names refer to something, that waits can end, that expressions make sense. */
@NullMarked
package dev.capocomico.language.meaning;

import org.jspecify.annotations.NullMarked;
