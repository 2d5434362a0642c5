/**
 * Writes disks of restore points to files. Chunks come in any order from a {@link
 * dozo.format.disk.ChunkSource} and are written where they belong; holes stay holes. The file gets
 * its name when it is whole and on stable storage. Until then it has a temporary one, and a journal
 * beside it tells a later run where to go on.
 */
@NullMarked
package dozo.cli.restore;

import org.jspecify.annotations.NullMarked;
