/** What an operator can set about a node, and how it is read. */
@NullMarked
package dev.capocomico.configuration;

import org.jspecify.annotations.NullMarked;
