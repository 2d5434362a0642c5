package dozo.client;

import java.nio.ByteBuffer;

/** What a stream sends next: bytes, or the news that there are only zeros. */
sealed interface Piece {

  /** Where it begins in the disk. */
  long offset();

  /** How many bytes of the disk it covers. */
  long lengthBytes();

  /**
   * Bytes of the disk.
   *
   * @param bytes from position to limit; a part of its block's buffer
   */
  record Data(long offset, ByteBuffer bytes) implements Piece {
    @Override
    public long lengthBytes() {
      return bytes.remaining();
    }
  }

  /** A range that reads as zeros. */
  record Zeros(long offset, long lengthBytes) implements Piece {}
}
