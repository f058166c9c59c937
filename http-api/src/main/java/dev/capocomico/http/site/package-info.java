/** What the server tells of itself: whether it lives, and its contract. */
@NullMarked
package dev.capocomico.http.site;

import org.jspecify.annotations.NullMarked;
