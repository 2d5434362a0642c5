package dozo.mount.overlay;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Notes which blocks are written while somebody copies a disk, and nothing before.
 *
 * <p>Safe for use by many threads.
 */
final class WriteTracker {
  private volatile @Nullable BlockStates noted;

  /** Notes a write that is done. */
  void wrote(long firstBlock, long count) {
    // Asked for after the write: whoever took it away before reads what was written.
    BlockStates current = noted;
    if (current != null) {
      // Threads that write the same block set the same bits, so that none is lost.
      current.set(new MapEntry(firstBlock, count, BlockState.DATA));
    }
  }

  /**
   * Begins anew.
   *
   * @return what was noted until now, to which writes that are under way may still add; nothing at
   *     the first call
   */
  Optional<BlockStates> beginAnew() {
    BlockStates before = noted;
    noted = new BlockStates();
    return Optional.ofNullable(before);
  }
}
