/** What others tell all executions at once. */
@NullMarked
package dev.capocomico.http.event;

import org.jspecify.annotations.NullMarked;
