/** The journal, its schema and its projections on PostgreSQL. */
@NullMarked
package dev.capocomico.persistence;

import org.jspecify.annotations.NullMarked;
