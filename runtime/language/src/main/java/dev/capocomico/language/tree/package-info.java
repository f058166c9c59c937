/** A document as a tree of nodes with places, whether it came as YAML or as JSON. */
@NullMarked
package dev.capocomico.language.tree;

import org.jspecify.annotations.NullMarked;
