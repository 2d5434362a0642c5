package dozo.mount.overlay;

import java.util.List;

/**
 * Notes which blocks are written while somebody copies a disk.
 *
 * <p>Safe for use by many threads.
 */
final class WriteTracker {
  private final BlockStates blocks = new BlockStates();

  void wrote(long firstBlock, long count) {
    // Threads that write the same block set the same bits, so that none is lost.
    blocks.set(new MapEntry(firstBlock, count, BlockState.DATA));
  }

  List<MapEntry> written() {
    return blocks.written();
  }
}
