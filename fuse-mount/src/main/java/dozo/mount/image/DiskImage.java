package dozo.mount.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A file around a disk, of which every byte is computed when it is read. What is not the disk's own
 * is its frame: headers and tables.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>The bytes are a pure function of the restore point, the disk and what was chosen.
 *   <li>Every byte is the frame's, or the disk's, or zero.
 * </ol>
 *
 * <p>Safe for use by many threads.
 */
public interface DiskImage {
  /**
   * A run of bytes.
   *
   * @param offset where it begins in the file
   * @param lengthBytes how long it is, at least 1
   */
  record Run(long offset, long lengthBytes) {
    /** The offset just behind the run. */
    long end() {
      return offset + lengthBytes;
    }
  }

  /** The length of the file. */
  long sizeBytes();

  /** About how much of the file is not known to be zeros. */
  long allocatedBytes();

  /**
   * Fills the buffer.
   *
   * @param fileOffset offset and remaining space together lie within the file
   * @throws IndexOutOfBoundsException if the range is not in the file
   * @throws IOException if the disk cannot be read; the content of target is then undefined
   */
  void read(long fileOffset, ByteBuffer target) throws IOException;

  /**
   * Tells where a byte of the disk stands, so that a copy can be written in any order.
   *
   * @param diskOffset below the disk's size, where the disk may hold data
   * @return the place, and how many bytes of the disk stand there in a row
   */
  Run placeOf(long diskOffset);

  /**
   * Finds the frame's bytes, in the order of the file.
   *
   * @param fileOffset where to begin, 0 or more
   * @return the next run of the frame's bytes, or what is left of it; empty if there is none
   * @throws IOException if the disk cannot tell where it holds data
   */
  Optional<Run> nextFrame(long fileOffset) throws IOException;
}
