/** A data directory and what lies in it: who owns it, who may read it, and what of it is believed. */
@NullMarked
package dev.capocomico.persistence.directory;

import org.jspecify.annotations.NullMarked;
