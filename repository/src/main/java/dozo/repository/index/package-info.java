/**
 * Where chunks lie. The {@link dozo.repository.index.ChunkIndex} is a hint kept in LMDB, rebuilt
 * from the packs' directories whenever it is missing, damaged or behind; the {@link
 * dozo.repository.index.ChunkLocator} asks, cheapest first, a Bloom filter, the directories in
 * memory, and the index, and believes what it finds when a directory shows the whole id.
 *
 * <p>Published packs come in through the {@link dozo.repository.index.IndexWriter}, one thread that
 * gathers them and writes many at a time in the order of the keys, after they were published. Until
 * then their directories stay in memory.
 */
@NullMarked
package dozo.repository.index;

import org.jspecify.annotations.NullMarked;
