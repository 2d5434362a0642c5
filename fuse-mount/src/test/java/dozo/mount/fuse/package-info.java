/** Tests of the FUSE binding, on real mounts. */
@NullMarked
package dozo.mount.fuse;

import org.jspecify.annotations.NullMarked;
