/** What the engine needs of a database, as interfaces. Their methods block, so they are called on virtual threads. */
@NullMarked
package dev.capocomico.engine.store;

import org.jspecify.annotations.NullMarked;
