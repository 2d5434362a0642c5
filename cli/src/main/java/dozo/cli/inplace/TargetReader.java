package dozo.cli.inplace;

import dozo.format.ChunkHasher;
import dozo.format.disk.DiskRange;
import dozo.format.disk.Extent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Finds out what a target holds. For one thread. */
final class TargetReader {

  /** Zeros are found, and holes punched, in blocks of this size. */
  private static final int BLOCK_BYTES = 4 << 10;

  private static final int PIECE_BYTES = 1 << 20;
  private static final byte[] ZEROS = new byte[BLOCK_BYTES];

  private final InPlaceTarget target;
  private final ChunkHasher hasher;
  private byte[] buffer = new byte[64 << 10];
  private long readBytes;

  TargetReader(InPlaceTarget target, ChunkHasher hasher) {
    this.target = target;
    this.hasher = hasher;
  }

  /** How many bytes were read. */
  long readBytes() {
    return readBytes;
  }

  /** Whether the target has this at its place: the chunk, or nothing but zeros for a hole. */
  boolean holds(Extent extent) throws IOException {
    if (extent.isHole()) {
      return nonZero(extent.offset(), extent.end()).isEmpty();
    }
    int length = Math.toIntExact(extent.lengthBytes());
    read(extent.offset(), length);
    return hasher.id(buffer, 0, length).equals(extent.id());
  }

  /** The blocks of a range that are not zero, neighbours together. */
  List<DiskRange> nonZero(long from, long end) throws IOException {
    List<DiskRange> ranges = new ArrayList<>();
    long at = target.nextData(from, end);
    while (at < end) {
      int length = (int) Math.min(PIECE_BYTES, end - at);
      read(at, length);
      for (int block = 0; block < length; block += BLOCK_BYTES) {
        int size = Math.min(BLOCK_BYTES, length - block);
        boolean isZero = Arrays.equals(buffer, block, block + size, ZEROS, 0, size);
        if (!isZero) {
          add(ranges, at + block, size);
        }
      }
      at = target.nextData(at + length, end);
    }
    return ranges;
  }

  private static void add(List<DiskRange> ranges, long offset, long length) {
    if (!ranges.isEmpty() && ranges.getLast().end() == offset) {
      DiskRange last = ranges.removeLast();
      ranges.add(new DiskRange(last.offset(), last.lengthBytes() + length));
    } else {
      ranges.add(new DiskRange(offset, length));
    }
  }

  private void read(long offset, int length) throws IOException {
    if (buffer.length < length) {
      buffer = new byte[length];
    }
    target.read(offset, buffer, length);
    readBytes += length;
  }
}
