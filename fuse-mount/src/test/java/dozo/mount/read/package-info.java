/** Tests of reading through the caches. */
@NullMarked
package dozo.mount.read;

import org.jspecify.annotations.NullMarked;
