package dozo.format.disk;

import java.io.IOException;
import java.util.BitSet;
import java.util.List;

/**
 * One disk, or one configuration file, of a committed restore point, as extents and chunks.
 *
 * <p>Immutable, so every answer may be cached for good. Safe for use by several threads.
 */
public interface ChunkSource extends AutoCloseable {

  /** The size of the disk in bytes. */
  long sizeBytes();

  /** The bytes of the disk that are not holes. */
  long dataBytes();

  /**
   * Lists extents in the order of the disk. The first is the one that covers {@code offset}, whole;
   * each further one begins where the one before ends.
   *
   * @param offset in bytes, from 0 to less than the size
   * @param maximum how many to list at the most, 1 to 8,192; fewer come at the end of the disk, and
   *     may come anywhere, but never none
   * @throws IndexOutOfBoundsException if the offset is not on the disk
   * @throws IOException if the map cannot be read; a part that can is never guessed
   */
  List<Extent> extents(long offset, int maximum) throws IOException;

  /**
   * Brings chunks, authenticated, in whichever order costs least.
   *
   * @param chunks extents of this disk, none of them a hole, 1,024 at the most
   * @param consumer takes each chunk
   * @throws IOException naming the chunk, if one cannot be had; others may have been brought
   */
  void fetch(List<Extent> chunks, ChunkConsumer consumer) throws IOException;

  /**
   * Tells which blocks hold anything but holes, without listing their extents.
   *
   * @param blockBytes the size of a block, a power of two from 64 KiB to 256 MiB
   * @param firstBlock the first block asked for; blocks past the end of the disk hold nothing
   * @param count how many blocks, 1 to 1,048,576
   * @return bit {@code i} stands for block {@code firstBlock + i}
   */
  BitSet presence(int blockBytes, long firstBlock, int count) throws IOException;

  /** Frees what the source holds. May be called more than once. */
  @Override
  void close();
}
