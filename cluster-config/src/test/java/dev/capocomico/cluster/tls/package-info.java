@NullMarked
package dev.capocomico.cluster.tls;

import org.jspecify.annotations.NullMarked;
