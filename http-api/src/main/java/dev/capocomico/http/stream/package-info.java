/** Tells what happens while it happens. */
@NullMarked
package dev.capocomico.http.stream;

import org.jspecify.annotations.NullMarked;
