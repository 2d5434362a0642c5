/** Tests of what is found on a disk. */
@NullMarked
package dozo.mount.partition;

import org.jspecify.annotations.NullMarked;
