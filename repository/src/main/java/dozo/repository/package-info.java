/**
 * The storage engine. A session cuts and seals what it is given, asks the index which chunks are
 * known, writes the others to packs, and publishes a manifest once everything that it names is on
 * stable storage; a reader goes the same way back. Packs and manifests are the truth, and the LMDB
 * index can be deleted and rebuilt from them at any time. The engine needs no server: whoever has
 * the directory and its key can open it.
 */
@NullMarked
package dozo.repository;

import org.jspecify.annotations.NullMarked;
