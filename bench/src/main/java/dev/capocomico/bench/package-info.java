/** Workloads, and how they are measured. */
@NullMarked
package dev.capocomico.bench;

import org.jspecify.annotations.NullMarked;
