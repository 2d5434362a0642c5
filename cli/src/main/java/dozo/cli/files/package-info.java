/**
 * Gets files out of a guest's file systems without trusting them.
 *
 * <p>A file system of a guest is written by whoever was root there, and what reads file systems was
 * written for disks that are damaged at worst. So it is read by programs of user space that can
 * reach nothing:
 *
 * <pre>
 *   DiskReader -&gt; NBD on a Unix socket ─┐
 *                            ┌──────────▼─ confined: no network, no files, ids that nobody has ──┐
 *                            │ nbdfuse -&gt; fuse2fs, ntfs-3g or grub-mount -&gt; tar, or find         │
 *                            └──────────┬────────────────────────────────────────────────────────┘
 *        tar -x, in a new directory ◀─ TarGate: decoded, judged, encoded anew
 * </pre>
 *
 * <p>{@link dozo.cli.files.Reading} starts the programs, {@link dozo.cli.files.FileCopy} takes
 * files out, {@link dozo.cli.files.FileListing} lists a directory.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>Nothing is mounted in the machine's own namespace, and what is mounted goes with its
 *       process.
 *   <li>What comes from those programs is hostile, too: it is bounded, and judged before it is
 *       used.
 *   <li>Files are written below a directory that was made for them, in which nobody else can write;
 *       a path that is not below it, or that leads through a link, ends the copy.
 *   <li>A file that could not be read whole does not arrive.
 * </ol>
 */
@NullMarked
package dozo.cli.files;

import org.jspecify.annotations.NullMarked;
