/**
 * How to cut: chunk and segment sizes against each other, with the engine in this process, on a
 * folder of disk images. {@link dozo.bench.cut.CutTable} is the command; its table is what the
 * default was chosen from.
 */
@NullMarked
package dozo.bench.cut;

import org.jspecify.annotations.NullMarked;
