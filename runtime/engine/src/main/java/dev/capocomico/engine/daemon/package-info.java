/** What goes on in a cluster without anybody asking for it. */
@NullMarked
package dev.capocomico.engine.daemon;

import org.jspecify.annotations.NullMarked;
