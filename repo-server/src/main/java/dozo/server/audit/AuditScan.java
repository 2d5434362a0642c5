package dozo.server.audit;

import java.util.Arrays;
import java.util.Optional;

/**
 * Goes through the bytes of one file of the log, line by line.
 *
 * <p>For one thread.
 */
final class AuditScan {

  /**
   * A line, or what stands behind the last one.
   *
   * @param offset where it begins
   * @param end behind its last byte, its end included
   * @param entry what it says; empty if it is no sound entry
   */
  record Piece(int offset, int end, Optional<AuditRecord> entry) {}

  private final byte[] bytes;
  private int at;

  AuditScan(byte[] bytes) {
    this.bytes = bytes;
  }

  boolean hasNext() {
    return at < bytes.length;
  }

  Piece next() {
    int begin = at;
    int newline = begin;
    while (newline < bytes.length && bytes[newline] != '\n') {
      newline++;
    }
    boolean isWhole = newline < bytes.length;
    at = isWhole ? newline + 1 : newline;
    return new Piece(
        begin,
        at,
        isWhole ? AuditLine.decode(Arrays.copyOfRange(bytes, begin, newline)) : Optional.empty());
  }
}
