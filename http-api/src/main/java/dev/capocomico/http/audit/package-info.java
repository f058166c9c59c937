/** Who has done what, and who was not let. */
@NullMarked
package dev.capocomico.http.audit;

import org.jspecify.annotations.NullMarked;
