@NullMarked
package dev.capocomico.model.collection;

import org.jspecify.annotations.NullMarked;
