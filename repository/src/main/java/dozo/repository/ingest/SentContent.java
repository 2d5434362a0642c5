package dozo.repository.ingest;

import java.util.Objects;

/**
 * Chunks that a client sends, one after another.
 *
 * @param number how many were sent on the stream before
 * @param count how many they are
 * @param plainBytes their length together
 * @param packed whether the bytes are compressed
 * @param buffer holds the bytes
 * @param offset where they begin in the buffer
 * @param length how many they are
 */
@SuppressWarnings("ArrayRecordComponent") // A view of a buffer on its way, never compared.
public record SentContent(
    long number, int count, int plainBytes, boolean packed, byte[] buffer, int offset, int length) {

  /** Checks that the bytes are there. */
  public SentContent {
    Objects.checkFromIndexSize(offset, length, buffer.length);
  }
}
