/** Tests of the comparison. */
@NullMarked
package dozo.bench.compare;

import org.jspecify.annotations.NullMarked;
