/** Measures a mount from outside, as a guest sees it: through the kernel, with fio. */
@NullMarked
package dozo.bench.mount;

import org.jspecify.annotations.NullMarked;
