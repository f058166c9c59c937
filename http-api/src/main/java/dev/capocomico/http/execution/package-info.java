/** Asking executions, and telling what they answer. */
@NullMarked
package dev.capocomico.http.execution;

import org.jspecify.annotations.NullMarked;
