/** The tables in PostgreSQL, as numbered SQL files that are applied in order, each once. */
@NullMarked
package dev.capocomico.persistence.schema;

import org.jspecify.annotations.NullMarked;
