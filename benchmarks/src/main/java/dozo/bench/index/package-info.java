/** What the index costs as it grows to a hundred million chunks, on synthetic packs. */
@NullMarked
package dozo.bench.index;

import org.jspecify.annotations.NullMarked;
