package dozo.format.disk;

import java.nio.ByteBuffer;

/** Takes the chunks that {@link ChunkSource#fetch} brings. */
@FunctionalInterface
public interface ChunkConsumer {

  /**
   * Takes one chunk. Called once for each extent that was asked for, in any order and on any
   * thread, also on several at once, but never after {@code fetch} has returned.
   *
   * @param index the place of the extent in the list that was asked for
   * @param plain the chunk's bytes from position to limit, read-only and valid during the call only
   */
  void accept(int index, ByteBuffer plain);
}
