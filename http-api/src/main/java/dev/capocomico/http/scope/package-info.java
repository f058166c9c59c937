/** Holds calls against the scopes of tokens. */
@NullMarked
package dev.capocomico.http.scope;

import org.jspecify.annotations.NullMarked;
