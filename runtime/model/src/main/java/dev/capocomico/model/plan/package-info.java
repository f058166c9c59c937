/** What a definition comes to: its tasks as numbers, in order, with levels and a critical path. */
@NullMarked
package dev.capocomico.model.plan;

import org.jspecify.annotations.NullMarked;
