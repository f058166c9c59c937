/** A server, seen from a command: calls over HTTP, and what can be read from its answers. */
@NullMarked
package dev.capocomico.cli.client;

import org.jspecify.annotations.NullMarked;
