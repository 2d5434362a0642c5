/**
 * What is written to a mounted image: a copy-on-write overlay that survives the death of its
 * process and a power cut. The format is {@code docs/overlay.md}.
 *
 * <p>{@link dozo.mount.overlay.OverlayStore} is the way in: a directory of overlays. An {@link
 * dozo.mount.overlay.Overlay} lies over one restore point and has a {@link
 * dozo.mount.overlay.DiskOverlay} for each disk, which reads from the {@link
 * dozo.mount.overlay.BaseImage} beneath it what was never written. {@code MapJournal} says on
 * stable storage which blocks were.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>A block is in the map on stable storage only after its data are.
 *   <li>A block that is not in the map is never read from the data file, whatever stands there.
 *   <li>After a write or sync that failed, but for want of room in a write, an overlay serves
 *       nothing until it is opened again.
 *   <li>An overlay is open in one process at a time.
 * </ol>
 *
 * <p>Disks may be read and written by any number of threads. No thread that does may be
 * interrupted: the JDK would close the files under all others.
 */
@NullMarked
package dozo.mount.overlay;

import org.jspecify.annotations.NullMarked;
