/**
 * Pictures of a plan: for a terminal, for a page, and for other programs that draw.
 *
 * <p>All of them show one {@link dev.capocomico.cli.graph.Scene}: figures on layers, each a task or a family of tasks
 * folded into one, and links between them. How much is folded depends on what the format can take.
 */
@NullMarked
package dev.capocomico.cli.graph;

import org.jspecify.annotations.NullMarked;
