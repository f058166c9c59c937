/** Registering, finding and executing workflows. */
@NullMarked
package dev.capocomico.http.workflow;

import org.jspecify.annotations.NullMarked;
