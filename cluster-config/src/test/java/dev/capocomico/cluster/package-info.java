/** Rules of the house, held against the compiled code of every module below. */
@NullMarked
package dev.capocomico.cluster;

import org.jspecify.annotations.NullMarked;
