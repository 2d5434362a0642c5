/**
 * Finds what is on a disk, by reading it: the partitions of an MBR or a GPT, and what file system
 * or other content each of them, or the whole disk, begins with.
 *
 * <p>{@link dozo.mount.partition.PartitionTable} has the partitions, {@link
 * dozo.mount.partition.ContentProbe} tells what a range of the disk holds, and {@link
 * dozo.mount.partition.PartitionReader} reads one as a disk of its own. Nothing here follows a file
 * system further than its first block: that is left to programs that are kept away from everything
 * else.
 *
 * <p>A disk is its guest's, and so is everything on it. Invariants:
 *
 * <ol>
 *   <li>Whatever the tables say, a partition that comes out lies within the disk.
 *   <li>What is read and how many partitions come out is bounded by constants, and chains end.
 *   <li>What is wrong with a table is told in a remark and hides no partition that can be trusted.
 *   <li>Names and labels have no characters that a terminal would obey.
 * </ol>
 */
@NullMarked
package dozo.mount.partition;

import org.jspecify.annotations.NullMarked;
