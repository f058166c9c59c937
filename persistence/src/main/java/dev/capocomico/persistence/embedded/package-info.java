/**
 * A PostgreSQL server that lives and dies with this process: unpacked, created, started, adopted and stopped by it, with the
 * same durability as one that an administrator set up.
 */
@NullMarked
package dev.capocomico.persistence.embedded;

import org.jspecify.annotations.NullMarked;
