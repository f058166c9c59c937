/** One node at a time on a database. */
@NullMarked
package dev.capocomico.persistence.lease;

import org.jspecify.annotations.NullMarked;
