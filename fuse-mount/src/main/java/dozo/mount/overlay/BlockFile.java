package dozo.mount.overlay;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file that is written at any place. May be read and written by several threads at once.
 *
 * <p>Exceptions name the file; a full file system is a {@link dozo.format.NoSpaceException}.
 */
interface BlockFile extends Closeable {

  /** How long the file is now. */
  long sizeBytes() throws IOException;

  /**
   * Fills the target.
   *
   * @throws java.io.EOFException if the file ends before
   */
  void read(long offset, ByteBuffer target) throws IOException;

  /** Writes all of the source. The file grows where it ends before. */
  void write(long offset, ByteBuffer source) throws IOException;

  /** Returns when everything that was written before is on stable storage. */
  void sync() throws IOException;

  /** Closes the file, which syncs nothing. */
  @Override
  void close() throws IOException;
}
