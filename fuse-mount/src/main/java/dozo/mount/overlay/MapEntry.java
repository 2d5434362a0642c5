package dozo.mount.overlay;

/**
 * A run of blocks that came into a state.
 *
 * @param firstBlock the number of the first
 * @param count how many, at least 1
 */
record MapEntry(long firstBlock, long count, BlockState state) {
  MapEntry {
    if (firstBlock < 0 || count < 1 || firstBlock > OverlayFormat.MAX_BLOCKS - count) {
      throw new IllegalArgumentException("no image has " + count + " blocks at " + firstBlock);
    }
  }

  long end() {
    return firstBlock + count;
  }

  /** Whether another run goes on where this one ends. */
  boolean isContinuedBy(MapEntry next) {
    return next.firstBlock == end() && next.state == state;
  }
}
