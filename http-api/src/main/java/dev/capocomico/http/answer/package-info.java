/** What a call comes to: a body, or a problem that says what to do. */
@NullMarked
package dev.capocomico.http.answer;

import org.jspecify.annotations.NullMarked;
