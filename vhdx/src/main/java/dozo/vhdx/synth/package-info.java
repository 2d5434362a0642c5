/**
 * Presents any disk as a read-only dynamic VHDX file.
 *
 * <p>{@link dozo.vhdx.synth.VhdxImage} is the way in. It asks a {@link dozo.vhdx.synth.DiskContent}
 * once, when it is made, which blocks may hold data, and keeps the answer as {@code PresentBlocks}:
 * a bit for each block. From then on every byte of the file is computed when it is read: what
 * stands before the block table from {@code Prefix}, the table from {@code BlockTable}, and a
 * block's payload from the disk.
 *
 * <pre>
 *    0 MiB  identifier, headers, region tables
 *    1 MiB  log: empty, all zeros
 *    2 MiB  metadata
 *    3 MiB  block table, rounded up to a MiB
 *    behind it the blocks that may hold data, in the order of the disk, without gaps
 * </pre>
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>The bytes are a pure function of the disk, its extents and the parameters: the same restore
 *       point gives the same file on any host at any time, which a differencing child and an
 *       overlay rely on.
 *   <li>Blocks without data take no room in the file: state ZERO with file offset 0.
 *   <li>Memory is at most a bit, and a rank of 32 bits for each 512, a block: 8.5 MiB for 64 TiB in
 *       blocks of 1 MiB.
 * </ol>
 *
 * <p>An image may be read from any number of threads.
 */
@NullMarked
package dozo.vhdx.synth;

import org.jspecify.annotations.NullMarked;
