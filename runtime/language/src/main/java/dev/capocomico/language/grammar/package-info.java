/**
 * The language as data: which keys there are, what each takes, and in which range. The reader checks documents against it,
 * and the published schema and the tables of the manual are printed from it, so the three cannot disagree.
 */
@NullMarked
package dev.capocomico.language.grammar;

import org.jspecify.annotations.NullMarked;
