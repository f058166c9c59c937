/** How nodes prove to each other who they are. */
@NullMarked
package dev.capocomico.cluster.tls;

import org.jspecify.annotations.NullMarked;
