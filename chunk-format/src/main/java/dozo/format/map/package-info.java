/**
 * Chunk maps: which chunk lies where on a disk, as a Merkle tree (docs/format.md §8).
 *
 * <p>A {@link ChunkMapBuilder} takes the runs of a disk in order and gives out nodes from the
 * leaves up; a {@link ChunkMap} finds runs again, fetching only the nodes that it needs from a
 * {@link NodeSource}; a {@link MapDiff} walks two maps where they differ. A {@link MapNode} is one
 * decoded node, and the only place that trusts bytes.
 *
 * <p>The tree is a pure function of the runs. That makes equal disks equal roots, lets disks share
 * the nodes of what they have in common, and lets {@link ChunkMapBuilder#copy} take over whole
 * subtrees of another map unread, so that a map costs what changed.
 *
 * <p>Values, {@link ChunkMap} among them, are safe for any thread; builders and cursors for one.
 */
@NullMarked
package dozo.format.map;

import org.jspecify.annotations.NullMarked;
