/** Benchmarks of small things, run by JMH; how is told in {@code bench/README.md}. */
@NullMarked
package dev.capocomico.bench.jmh;

import org.jspecify.annotations.NullMarked;
