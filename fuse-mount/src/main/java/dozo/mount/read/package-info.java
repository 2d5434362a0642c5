/**
 * Makes bytes of chunks: {@link dozo.mount.read.CachedDiskReader} is a {@link
 * dozo.format.disk.DiskReader} over any {@link dozo.format.disk.ChunkSource}.
 *
 * <p>A read goes {@code CachedDiskReader -> ExtentCache} (which chunks cover the range) {@code ->
 * ChunkCache} (their bytes) {@code -> ChunkSource} for what is not there. {@link
 * dozo.mount.read.ReadCache} holds the caches and the threads of all disks that a process reads, so
 * that its memory has one bound whatever is mounted, and disks share the chunks that they share in
 * the repository.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>A chunk is loaded once at a time, however many readers wait for it.
 *   <li>A failure is told to those who wait and then forgotten: the next reader tries again.
 *   <li>A chunk that fails never makes the read of another chunk fail.
 *   <li>Whoever loads never waits for a load of someone else before its own is done; so no two
 *       readers wait for each other.
 *   <li>What an earlier boot read is brought by one thread, in pieces that begin only while no
 *       reader loads anything, and no reader waits for one.
 *   <li>Reading ahead never takes what a reader needs: it has threads, a bound and a store of its
 *       own, and where these are taken it is left out.
 * </ol>
 *
 * <p>Everything may be called from any number of threads.
 */
@NullMarked
package dozo.mount.read;

import org.jspecify.annotations.NullMarked;
