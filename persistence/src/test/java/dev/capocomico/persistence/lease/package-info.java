@NullMarked
package dev.capocomico.persistence.lease;

import org.jspecify.annotations.NullMarked;
