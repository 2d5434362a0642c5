package dozo.mount.fs;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open file that takes writes.
 *
 * <p>Several threads read and write at once; the kernel keeps writes to the same page apart.
 */
public interface OpenWritableFile extends OpenFile {
  /**
   * Writes all of {@code source} at a position, growing the file where it ends behind its size.
   *
   * @param source supplied by the caller and valid only during the call
   * @throws IOException if not every byte was taken
   */
  void write(long offset, ByteBuffer source) throws IOException;

  /**
   * Cuts the file, or grows it by a range that reads as zeros.
   *
   * @throws IOException if it keeps its size
   */
  void truncate(long sizeBytes) throws IOException;

  /**
   * Puts every write that returned before onto stable storage.
   *
   * @param dataOnly whether metadata that no later read needs may be left out
   * @throws IOException if any of them may be lost
   */
  void force(boolean dataOnly) throws IOException;
}
