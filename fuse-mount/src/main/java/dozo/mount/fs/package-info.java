/**
 * What a mounted file system is, in our own words: a tree of directories and files that someone
 * computes, and open files that are read by position. Whoever has a tree implements these
 * interfaces; {@link dozo.mount.fuse} shows it to the kernel. Nothing in here knows FUSE.
 *
 * <p>Every method is called from several threads at once and may block; what it throws becomes an
 * I/O error of the one request that it served.
 */
@NullMarked
package dozo.mount.fs;

import org.jspecify.annotations.NullMarked;
