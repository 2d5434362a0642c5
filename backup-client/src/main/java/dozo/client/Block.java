package dozo.client;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a disk that was read in one go, and the pieces that it falls into.
 *
 * @param pieces in the order of the disk, without a gap
 * @param buffer what the pieces' bytes are part of, to be given back to its pool once they were
 *     sent; null if nothing had to be read
 */
record Block(List<Piece> pieces, @Nullable ByteBuffer buffer) {

  /** How many bytes were read for it. */
  long readBytes() {
    return buffer == null ? 0 : pieces.stream().mapToLong(Piece::lengthBytes).sum();
  }
}
