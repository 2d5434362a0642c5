/**
 * The repository's files. Everything that the engine writes, syncs, renames or deletes outside of
 * {@code index/} goes through a {@link dozo.repository.storage.FileLayer}, so that a test can put a
 * failing or a recording one in its place; every file gets its name through {@link
 * dozo.repository.storage.FilePublisher}; packs are reached through {@link
 * dozo.repository.storage.PackStorage} only, which promises no more than an object store could.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>A file under its final name is whole and on stable storage, and so is its name.
 *   <li>After a failed write or sync of a file nothing more is written to it, and it never gets its
 *       name: what the kernel kept of it is unknown from then on.
 *   <li>One process at a time changes a repository: it holds the {@link
 *       dozo.repository.storage.RepositoryLock}.
 * </ol>
 */
@NullMarked
package dozo.repository.storage;

import org.jspecify.annotations.NullMarked;
