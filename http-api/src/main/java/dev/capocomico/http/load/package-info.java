/** What one caller may take of the server, so that the others have theirs. */
@NullMarked
package dev.capocomico.http.load;

import org.jspecify.annotations.NullMarked;
