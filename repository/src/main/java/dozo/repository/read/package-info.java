/**
 * Reading restore points. A {@link dozo.repository.read.DiskSource} walks a chunk map, whose nodes
 * are kept in memory, and fetches chunks through the {@link dozo.repository.read.ChunkFetcher},
 * which reads each segment once, in the order of the packs, on the work pool.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>A byte that is handed out was authenticated with its segment, and the segment's own list
 *       names the whole id that was asked for. Otherwise there is an error. Of a segment that is
 *       handed out packed, the pack's directory names the ids, and whoever unpacks it looks at its
 *       list.
 *   <li>A segment that cannot be read is taken out of the index before its error is reported, and
 *       another copy of the chunk is used where there is one.
 *   <li>A chunk is called missing only after every pack's directory was searched.
 * </ol>
 */
@NullMarked
package dozo.repository.read;

import org.jspecify.annotations.NullMarked;
