@NullMarked
package dev.capocomico.language.schema;

import org.jspecify.annotations.NullMarked;
