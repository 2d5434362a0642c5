/**
 * Makes a disk that is there already what a restore point has, and writes only where it differs.
 *
 * <p>An {@link dozo.cli.inplace.InPlaceTarget} is a file or block device that nobody else uses. The
 * {@link dozo.cli.inplace.InPlaceRestore} walks the extents of the restore point, names what the
 * target holds there as a backup would, and fetches the chunks whose names differ. Where the caller
 * says which restore point the target holds, only what differs between the two is walked, once a
 * {@link dozo.cli.inplace.StatedBase} has found the target to be so.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>Nothing is believed of the target but what was read from it; what is stated only tells
 *       where to look, and is checked before anything is written.
 *   <li>Every write brings the target nearer to the restore point. One that is interrupted, by
 *       whatever, is made good by running the same again.
 * </ol>
 */
@NullMarked
package dozo.cli.inplace;

import org.jspecify.annotations.NullMarked;
