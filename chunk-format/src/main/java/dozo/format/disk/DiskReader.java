package dozo.format.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;

/**
 * One disk of a committed restore point, as bytes.
 *
 * <p>Safe for use by several threads.
 */
public interface DiskReader extends AutoCloseable {

  /** The size of the disk in bytes. */
  long sizeBytes();

  /**
   * Fills the target from its position to its limit.
   *
   * @param offset where to read, in bytes; {@code offset + target.remaining()} is not past the end
   * @throws IndexOutOfBoundsException if the range is not on the disk
   * @throws IOException naming the chunk, if any byte cannot be read; the target's content is then
   *     undefined and its position unchanged
   */
  void read(long offset, ByteBuffer target) throws IOException;

  /** As {@link ChunkSource#extents}. */
  List<Extent> extents(long offset, int maximum) throws IOException;

  /** As {@link ChunkSource#presence}. */
  BitSet presence(int blockBytes, long firstBlock, int count) throws IOException;

  /** Frees what the reader holds. May be called more than once. */
  @Override
  void close();
}
