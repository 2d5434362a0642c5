/**
 * The seam for everything that reads a restore point: a disk as extents and chunks ({@link
 * dozo.format.disk.ChunkSource}), and as bytes ({@link dozo.format.disk.DiskReader}).
 *
 * <p>A chunk source reads a repository in process or speaks to a server; restore, mounts and
 * exports are written against these interfaces and cannot tell which. Data flows one way: {@code
 * extents} says which chunks cover a range, {@code fetch} brings them, the reader above caches and
 * copies. All methods may be called from several threads at once, and all may block.
 */
@NullMarked
package dozo.format.disk;

import org.jspecify.annotations.NullMarked;
