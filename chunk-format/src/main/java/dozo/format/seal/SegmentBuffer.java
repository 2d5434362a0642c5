package dozo.format.seal;

import dozo.format.ChunkId;
import dozo.format.Limits;
import java.util.Arrays;
import java.util.Objects;

/**
 * A segment under construction: new chunks of one stream, in order, copied in once.
 *
 * <p>Confined to one thread at a time; reused by {@link #clear()}. Room is kept in front of the
 * chunks, where their list is written when the segment is complete, so that the plain bytes of the
 * segment lie in one piece without a second copy.
 */
public final class SegmentBuffer {

  static final int COUNT_BYTES = 4;
  static final int ENTRY_BYTES = ChunkId.BYTES + 4;
  private static final int INITIAL_CHUNKS = 64;

  private final int targetBytes;
  private int headroomChunks = INITIAL_CHUNKS;
  private byte[] bytes;
  private int dataStart;
  private int dataEnd;
  private ChunkList chunks = new ChunkList();

  /**
   * Makes an empty buffer.
   *
   * @param targetBytes the size of chunks, without their list, at which the segment is full; from
   *     1, which makes a segment of each chunk, to {@value Limits#SEGMENT_TARGET_BYTES}
   */
  public SegmentBuffer(int targetBytes) {
    if (targetBytes < 1 || targetBytes > Limits.SEGMENT_TARGET_BYTES) {
      throw new IllegalArgumentException(
          "A segment ends at 1 to " + Limits.SEGMENT_TARGET_BYTES + " bytes, not " + targetBytes);
    }
    this.targetBytes = targetBytes;
    this.dataStart = listBytes(headroomChunks);
    this.dataEnd = dataStart;
    this.bytes = new byte[dataStart + targetBytes + Math.min(targetBytes, 64 << 10)];
  }

  /**
   * Copies a chunk in.
   *
   * @param length 1 to {@value Limits#CHUNK_BYTES}
   * @throws IllegalStateException if the segment is full
   */
  public void add(ChunkId id, byte[] source, int offset, int length) {
    if (isFull()) {
      throw new IllegalStateException("The segment is full with " + chunks.size() + " chunks");
    }
    if (length < 1 || length > Limits.CHUNK_BYTES) {
      throw new IllegalArgumentException(
          "A chunk has 1 to " + Limits.CHUNK_BYTES + " bytes, not " + length);
    }
    Objects.checkFromIndexSize(offset, length, source.length);
    if (chunks.size() == headroomChunks) {
      growHeadroom();
    }
    if (length > bytes.length - dataEnd) {
      bytes = Arrays.copyOf(bytes, Math.max(dataEnd + length, bytes.length + bytes.length / 2));
    }
    System.arraycopy(source, offset, bytes, dataEnd, length);
    dataEnd += length;
    chunks.add(id, length);
  }

  /** Whether the segment has reached its size or has as many chunks as it may have. */
  public boolean isFull() {
    return dataBytes() >= targetBytes || chunks.size() == Limits.SEGMENT_CHUNKS;
  }

  /** Whether there is no chunk in it. */
  public boolean isEmpty() {
    return chunks.size() == 0;
  }

  /** How many chunks are in it. */
  public int chunkCount() {
    return chunks.size();
  }

  /** The sum of the chunks' lengths in bytes. */
  public int dataBytes() {
    return dataEnd - dataStart;
  }

  /** Makes the buffer empty again. Its memory is kept. */
  public void clear() {
    dataEnd = dataStart;
    chunks.clear();
  }

  /**
   * The array that holds the plain bytes from {@link #plainStart()} on, valid until the next add.
   */
  byte[] plain() {
    int at = plainStart();
    chunks.write(bytes, at);
    return bytes;
  }

  int plainStart() {
    return dataStart - listBytes(chunks.size());
  }

  int plainLength() {
    return dataEnd - plainStart();
  }

  ChunkList chunks() {
    return chunks;
  }

  static int listBytes(int chunks) {
    return COUNT_BYTES + ENTRY_BYTES * chunks;
  }

  private void growHeadroom() {
    headroomChunks = Math.min(4 * headroomChunks, Limits.SEGMENT_CHUNKS);
    int newStart = listBytes(headroomChunks);
    byte[] grown = new byte[bytes.length + newStart - dataStart];
    System.arraycopy(bytes, dataStart, grown, newStart, dataBytes());
    dataEnd += newStart - dataStart;
    dataStart = newStart;
    bytes = grown;
  }
}
