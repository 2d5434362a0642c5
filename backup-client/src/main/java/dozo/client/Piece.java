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
   * @param bytes from 0 to limit; a slice of its block's buffer
   */
  record Data(long offset, ByteBuffer bytes) implements Piece {
    @Override
    public long lengthBytes() {
      return bytes.limit();
    }
  }

  /**
   * Bytes of the disk that are to be compared with the base's, and kept.
   *
   * @param bytes from 0 to limit; its block's buffer
   */
  record Checked(long offset, ByteBuffer bytes) implements Piece {
    @Override
    public long lengthBytes() {
      return bytes.limit();
    }
  }

  /** A range that is as in the base. */
  record Kept(long offset, long lengthBytes) implements Piece {}

  /** A range that reads as zeros. */
  record Zeros(long offset, long lengthBytes) implements Piece {}
}
