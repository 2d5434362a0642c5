/**
 * Puts a disk of a restore point into the shape of a disk image: a mount reads the image, a restore
 * copies it, and both get the same bytes.
 *
 * <p>{@link dozo.mount.image.DiskImages} is the way in. A {@link dozo.mount.image.DiskImage} is the
 * disk's bytes in their places, and a frame of headers and tables, each computed when it is read:
 *
 * <pre>
 *   .raw    the disk
 *   .vhdx   dynamic; blocks that hold data follow one another: VhdxImages, dozo.vhdx.synth
 *   .qcow2  version 3; the disk shifted by the tables, which leave out clusters without data
 *   .vhd    fixed; the disk and a footer
 *   .vmdk   a text that names the .raw beside it
 * </pre>
 *
 * <p>Ids, and so all bytes, follow from the restore point, the disk and what was chosen: the same
 * file comes at any time and on any host. Nothing that is kept grows with what a disk holds; with
 * its size grow the bits by which a VHDX's blocks and a qcow2's tables are found, 8.5 MiB and 32
 * KiB at the most.
 *
 * <p>Everything may be used by any number of threads.
 */
@NullMarked
package dozo.mount.image;

import org.jspecify.annotations.NullMarked;
