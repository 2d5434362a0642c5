/**
 * The storage engine. A session cuts and seals what it is given, asks the index which chunks are
 * known, writes the others to packs, and publishes a manifest once everything that it names is on
 * stable storage; a reader goes the same way back. Packs and manifests are the truth, and the LMDB
 * index can be deleted and rebuilt from them at any time. The engine needs no server: whoever has
 * the directory and its key can open it.
 *
 * <p>{@link dozo.repository.Repository} is the way in. Below it, each with its own page: {@code
 * storage} has the files, {@code pack} the published packs, {@code index} finds chunks, {@code
 * catalogue} has the restore points, {@code ingest} takes backups in, {@code read} gives them back,
 * {@code keys} and {@code state} are what their names say, and {@code work} is the pool that all
 * computing runs on.
 */
@NullMarked
package dozo.repository;

import org.jspecify.annotations.NullMarked;
