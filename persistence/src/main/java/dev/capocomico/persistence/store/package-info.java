/** What is kept beside the journal. */
@NullMarked
package dev.capocomico.persistence.store;

import org.jspecify.annotations.NullMarked;
