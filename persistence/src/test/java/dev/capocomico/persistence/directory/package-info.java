@NullMarked
package dev.capocomico.persistence.directory;

import org.jspecify.annotations.NullMarked;
