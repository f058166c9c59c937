/** Collections that are never changed, only replaced, and share what stays: what the state of an execution is made of. */
@NullMarked
package dev.capocomico.model.collection;

import org.jspecify.annotations.NullMarked;
