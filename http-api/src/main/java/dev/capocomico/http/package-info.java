/** Routes, streams and authentication on top of the engine's typed protocols. */
@NullMarked
package dev.capocomico.http;

import org.jspecify.annotations.NullMarked;
