/** Tests of disk images, and the disks that they are laid around. */
@NullMarked
package dozo.mount.image;

import org.jspecify.annotations.NullMarked;
