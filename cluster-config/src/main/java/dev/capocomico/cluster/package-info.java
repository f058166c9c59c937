/** Where everything is put together. */
@NullMarked
package dev.capocomico.cluster;

import org.jspecify.annotations.NullMarked;
