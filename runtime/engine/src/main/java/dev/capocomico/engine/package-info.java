/** The actors that carry executions, and the ports to what surrounds them. */
@NullMarked
package dev.capocomico.engine;

import org.jspecify.annotations.NullMarked;
