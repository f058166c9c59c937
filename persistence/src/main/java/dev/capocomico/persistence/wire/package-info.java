/** What the journal's rows hold, byte for byte: names and versions are words of this package's own, never those of classes. */
@NullMarked
package dev.capocomico.persistence.wire;

import org.jspecify.annotations.NullMarked;
