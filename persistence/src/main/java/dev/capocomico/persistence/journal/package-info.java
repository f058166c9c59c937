/** How the journal plugin is set up for many small executions (ADR 13). */
@NullMarked
package dev.capocomico.persistence.journal;

import org.jspecify.annotations.NullMarked;
