/** Who calls, for which tenant, and what that allows. */
@NullMarked
package dev.capocomico.http.access;

import org.jspecify.annotations.NullMarked;
