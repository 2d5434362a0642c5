package dozo.format.seal;

import dozo.format.ChunkId;
import java.util.Objects;

/**
 * The plain bytes of an opened segment, and which chunk lies where.
 *
 * <p>Filled by {@link ChunkOpener#open}, whole or not at all: it is empty while a segment is being
 * opened and after that failed. Confined to one thread while it is filled; from then on safe to
 * read by several, until it is filled again.
 */
public final class SegmentView {

  private byte[] plain = new byte[0];
  private final ChunkList chunks = new ChunkList();
  private int[] offsets = new int[0];
  private int plainLength;

  /** Makes an empty view. */
  public SegmentView() {}

  /** The array that holds the chunks, each where {@link #offset} says. */
  public byte[] plain() {
    return plain;
  }

  /** How many bytes of the array are the segment's. */
  public int plainLength() {
    return plainLength;
  }

  /** How many chunks there are. */
  public int chunkCount() {
    return chunks.size();
  }

  /** The id of a chunk, counted from 0. */
  public ChunkId id(int index) {
    return chunks.id(index);
  }

  /** The length of a chunk in bytes, counted from 0. */
  public int length(int index) {
    return chunks.length(index);
  }

  /** Where a chunk, counted from 0, begins in {@link #plain()}. */
  public int offset(int index) {
    return offsets[Objects.checkIndex(index, chunks.size())];
  }

  /** Returns the place of the first chunk of that whole id, or -1. */
  public int find(ChunkId id) {
    return chunks.find(id);
  }

  /** Empties the view and returns an array with room for so many plain bytes. */
  byte[] room(int length) {
    plainLength = 0;
    chunks.clear();
    if (plain.length < length) {
      plain = new byte[length];
    }
    return plain;
  }

  /** Makes room for the offsets of so many chunks. */
  void expect(int count) {
    if (offsets.length < count) {
      offsets = new int[Math.max(count, 16)];
    }
  }

  void add(ChunkId id, int offset, int length) {
    offsets[chunks.size()] = offset;
    chunks.add(id, length);
  }

  void complete(int length) {
    plainLength = length;
  }

  void clear() {
    plainLength = 0;
    chunks.clear();
  }
}
