@NullMarked
package dev.capocomico.model.execution;

import org.jspecify.annotations.NullMarked;
