/** What is counted and measured, for those who watch over the server. */
@NullMarked
package dev.capocomico.http.metrics;

import org.jspecify.annotations.NullMarked;
