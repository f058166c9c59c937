@NullMarked
package dev.capocomico.model.retry;

import org.jspecify.annotations.NullMarked;
