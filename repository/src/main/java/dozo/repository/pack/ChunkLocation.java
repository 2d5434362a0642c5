package dozo.repository.pack;

/**
 * Where a chunk or map node is said to lie: in a segment, which lists the ids of what it holds.
 *
 * @param pack the number of the pack, as {@link PackTable} counts
 * @param segmentOffset the offset of the segment's record header in the pack
 * @param sealedBytes the length of the segment's sealed bytes
 */
public record ChunkLocation(int pack, long segmentOffset, int sealedBytes) {}
