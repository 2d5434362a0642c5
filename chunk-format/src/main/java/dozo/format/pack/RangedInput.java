package dozo.format.pack;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A published object, readable at any place. Implementations say which threads may read. */
public interface RangedInput {

  /** The length of the object in bytes. */
  long sizeBytes() throws IOException;

  /**
   * Fills the target from its position to its limit with the bytes from {@code offset} on.
   *
   * @throws java.io.EOFException if the object ends before the target is full
   */
  void read(long offset, ByteBuffer target) throws IOException;
}
