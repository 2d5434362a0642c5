package dozo.format.pack;

import dozo.format.ChunkId;
import java.util.Arrays;

/**
 * Gathers what a directory will say.
 *
 * <p>Confined to one thread at a time.
 */
final class DirectoryBuilder {

  private long[] segmentOffsets = new long[64];
  private int[] sealedLengths = new int[64];
  private int[] plainLengths = new int[64];
  private int[] firstChunks = new int[65];
  private long[] ids = new long[PackDirectory.LONGS * 256];
  private int[] lengths = new int[256];
  private int segments;
  private int chunks;

  /** Begins a segment; its chunks follow by {@link #addChunk}. */
  void addSegment(long offset, int sealedLength, int plainLength) {
    if (segments == segmentOffsets.length) {
      int larger = 2 * segments;
      segmentOffsets = Arrays.copyOf(segmentOffsets, larger);
      sealedLengths = Arrays.copyOf(sealedLengths, larger);
      plainLengths = Arrays.copyOf(plainLengths, larger);
      firstChunks = Arrays.copyOf(firstChunks, larger + 1);
    }
    segmentOffsets[segments] = offset;
    sealedLengths[segments] = sealedLength;
    plainLengths[segments] = plainLength;
    segments++;
    firstChunks[segments] = chunks;
  }

  /** Adds a chunk to the segment begun last. */
  void addChunk(ChunkId id, int length) {
    if (chunks == lengths.length) {
      lengths = Arrays.copyOf(lengths, 2 * chunks);
      ids = Arrays.copyOf(ids, 2 * ids.length);
    }
    int at = PackDirectory.LONGS * chunks;
    ids[at] = id.first();
    ids[at + 1] = id.second();
    ids[at + 2] = id.third();
    ids[at + 3] = id.fourth();
    lengths[chunks++] = length;
    firstChunks[segments] = chunks;
  }

  int segmentCount() {
    return segments;
  }

  int chunkCount() {
    return chunks;
  }

  /** Returns the directory. The builder may go on afterwards. */
  PackDirectory build() {
    return new PackDirectory(
        Arrays.copyOf(segmentOffsets, segments),
        Arrays.copyOf(sealedLengths, segments),
        Arrays.copyOf(plainLengths, segments),
        Arrays.copyOf(firstChunks, segments + 1),
        Arrays.copyOf(ids, PackDirectory.LONGS * chunks),
        Arrays.copyOf(lengths, chunks));
  }
}
