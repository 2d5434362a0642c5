package dozo.repository.storage;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file that is being written, from its first byte on.
 *
 * <p>For one thread at a time. After an exception its content is unknown, and whoever writes it has
 * to give it up.
 */
public interface WritableFile extends AutoCloseable {

  /**
   * Whole blocks of this size can be written without a copy, from a buffer that begins with one.
   */
  int BLOCK_BYTES = 4096;

  /**
   * Makes a buffer to append from that begins with a block.
   *
   * @param bytes its size, a multiple of {@link #BLOCK_BYTES}
   */
  static ByteBuffer newBuffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes + BLOCK_BYTES)
        .alignedSlice(BLOCK_BYTES)
        .limit(bytes)
        .slice();
  }

  /** Appends the bytes from the buffer's position to its limit, all of them. */
  void append(ByteBuffer bytes) throws IOException;

  /** Returns when everything appended is on stable storage. */
  void sync() throws IOException;

  /** Closes the file, which syncs nothing. May be called more than once. */
  @Override
  void close() throws IOException;
}
