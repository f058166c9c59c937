/** The reader of the workflow language: from text to a definition, or to every error with its place. */
@NullMarked
package dev.capocomico.language;

import org.jspecify.annotations.NullMarked;
