package dozo.mount.overlay;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads each block of a disk from where its state says that it is: the image beneath, the data
 * file, or nowhere since it is zeros.
 *
 * <p>Safe for use by many threads. It takes no lock: a block's data are written before its state
 * says that they are there.
 */
final class LayeredReader {
  private static final byte[] ZEROS = new byte[64 << 10];

  private final BaseImage base;
  private final BlockFile data;
  private final LiveMap map;

  LayeredReader(BaseImage base, BlockFile data, LiveMap map) {
    this.base = base;
    this.data = data;
    this.map = map;
  }

  /** Fills the target. What lies behind the image's end is zeros. */
  void read(long offset, ByteBuffer target) throws IOException {
    long end = offset + target.remaining();
    int limit = target.limit();
    for (long at = offset; at < end; ) {
      BlockState state = map.stateAt(at);
      long runEnd = map.runEnd(at, end);
      target.limit(target.position() + (int) (runEnd - at));
      switch (state) {
        case BASE -> readBase(at, target);
        case DATA -> data.read(at, target);
        case ZERO -> putZeros(target);
      }
      target.limit(limit);
      at = runEnd;
    }
  }

  /** Fills the target from within one block that is not in the data file. */
  void readBeneath(long offset, ByteBuffer target) throws IOException {
    if (target.hasRemaining()) {
      if (map.stateAt(offset) == BlockState.ZERO) {
        putZeros(target);
      } else {
        readBase(offset, target);
      }
    }
  }

  private void readBase(long offset, ByteBuffer target) throws IOException {
    int limit = target.limit();
    int shown = Math.clamp(map.baseEnd() - offset, 0, target.remaining());
    target.limit(target.position() + shown);
    if (target.hasRemaining()) {
      base.read(offset, target);
    }
    target.limit(limit);
    putZeros(target);
  }

  private static void putZeros(ByteBuffer target) {
    while (target.hasRemaining()) {
      target.put(ZEROS, 0, Math.min(ZEROS.length, target.remaining()));
    }
  }

  /**
   * Says where there may be anything but zeros.
   *
   * @return the first such offset from {@code offset} on, or {@code end} if there is none before
   */
  long nextData(long offset, long end) throws IOException {
    long at = offset;
    while (at < end) {
      BlockState state = map.stateAt(at);
      long runEnd = map.runEnd(at, end);
      if (state == BlockState.DATA) {
        return at;
      }
      if (state == BlockState.BASE) {
        long shownEnd = Math.min(runEnd, map.baseEnd());
        long found = nextBaseData(at, shownEnd);
        if (found < shownEnd) {
          return found;
        }
      }
      at = runEnd;
    }
    return end;
  }

  private long nextBaseData(long offset, long shownEnd) throws IOException {
    return offset < shownEnd ? base.nextData(offset, shownEnd) : shownEnd;
  }

  /** Whether a range, none of which was ever written, is nothing but zeros. */
  boolean isZerosBeneath(long offset, long end) throws IOException {
    long shownEnd = Math.min(end, map.baseEnd());
    return nextBaseData(offset, shownEnd) >= shownEnd;
  }

  /**
   * Says how far the data that begin at an offset are known to go.
   *
   * @param offset where {@link #nextData} says that there are data
   * @return more than {@code offset}, at most {@code end}
   */
  long dataEnd(long offset, long end) throws IOException {
    long runEnd = map.runEnd(offset, end);
    return map.stateAt(offset) == BlockState.BASE
        ? base.dataEnd(offset, Math.min(runEnd, map.baseEnd()))
        : runEnd;
  }
}
