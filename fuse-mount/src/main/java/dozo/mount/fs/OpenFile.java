package dozo.mount.fs;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open file.
 *
 * <p>Several threads read at once. {@link #close()} is called once, after the last of them.
 */
public interface OpenFile extends Closeable {
  /** Returns the size, in bytes, as it is now. */
  long sizeBytes();

  /**
   * Reads from a position until {@code target} has no room left. There is no short read: a reader
   * behind the kernel would take what is missing for zeros.
   *
   * @param offset where to start, 0 or more; offset and what remains in target together lie within
   *     {@link #sizeBytes()}
   * @param target supplied by the caller and valid only during the call
   * @throws IOException if not every byte could be had; the content of target is then undefined
   */
  void read(long offset, ByteBuffer target) throws IOException;
}
