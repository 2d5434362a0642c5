/**
 * Puts a disk of a restore point into the shape of a disk image. {@link
 * dozo.mount.image.VhdxImages} is the way in; a mount reads the image, a restore copies it, and
 * both get the same bytes.
 */
@NullMarked
package dozo.mount.image;

import org.jspecify.annotations.NullMarked;
