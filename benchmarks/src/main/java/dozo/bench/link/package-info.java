/** A slow and distant link where the kernel cannot make one. */
@NullMarked
package dozo.bench.link;

import org.jspecify.annotations.NullMarked;
