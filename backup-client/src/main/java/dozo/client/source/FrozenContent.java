package dozo.client.source;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Bytes that stand still: a configuration file, or a disk, as it was at its checkpoint.
 *
 * <p>May be read by several threads at once. Its checkpoint owns and closes it.
 */
public interface FrozenContent {

  /** The name under which it goes into the restore point, such as {@code disk0}. */
  String name();

  /** Its length in bytes, which never changes. */
  long sizeBytes();

  /**
   * Returns the run that covers an offset, from that offset on.
   *
   * @param offset at least 0 and below the size
   * @throws IOException if the source can no longer tell
   */
  Run runAt(long offset) throws IOException;

  /**
   * Reads until the target is full, and advances its position to its limit.
   *
   * @param offset the first byte; offset and the target's remaining bytes stay within the size
   * @throws SourceChangedException if the source ends before the target is full
   * @throws SourceUnreadableException if it fails to read
   */
  void read(long offset, ByteBuffer target) throws IOException;
}
