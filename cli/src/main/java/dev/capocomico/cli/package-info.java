/** The capo command. */
@NullMarked
package dev.capocomico.cli;

import org.jspecify.annotations.NullMarked;
