/**
 * What Dozo costs, measured: JMH suites for the parts that run once a byte or once a chunk. Figures
 * belong to a commit and a machine, so none are kept here; {@code docs/benchmarks.md} has some.
 */
@NullMarked
package dozo.bench;

import org.jspecify.annotations.NullMarked;
