/** Names that users and stored data know, and that therefore never follow a renamed constant. */
@NullMarked
package dev.capocomico.model.wire;

import org.jspecify.annotations.NullMarked;
