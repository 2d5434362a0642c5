/**
 * Reads VHDX files and chains of differencing ones.
 *
 * <p>{@link dozo.vhdx.read.VhdxChain} is the way in. Bytes flow from a {@link
 * dozo.vhdx.read.ByteSource} through {@code ReplayedSource}, which lays the changes of a dirty log
 * over the file in memory, to {@link dozo.vhdx.read.VhdxFile}, which knows header, regions,
 * metadata and block table of one file, and from there to the chain, which resolves what a child
 * leaves to its parent.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>No source is ever written to.
 *   <li>A file that opens has passed every check of the format that needs no payload: each block
 *       table entry was looked at once, and no two structures share a byte.
 *   <li>The block table is read by pages. What an open file keeps is bounded whatever the file
 *       says: about 2 MiB of pages, and the places of the pages that its log changes.
 *   <li>A parent is one of the files that the caller gave, has the name that its child gives and
 *       the GUID in its header. No path in a file is ever followed.
 * </ol>
 *
 * <p>Once open, files and chains may be read from any number of threads. A thread must not be
 * interrupted while it reads a source made by {@link dozo.vhdx.read.ByteSource#open}: the JDK would
 * close the file under all others.
 */
@NullMarked
package dozo.vhdx.read;

import org.jspecify.annotations.NullMarked;
