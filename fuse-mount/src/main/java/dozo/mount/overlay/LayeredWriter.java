package dozo.mount.overlay;

import dozo.format.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes the blocks of a disk into its data file, each of which is copied there as a whole when it
 * is first written, and makes zeros of others without writing any.
 *
 * <p>Safe for use by many threads while nobody cuts the image. What touches the same 64 KiB takes
 * turns, so that a block is copied from the image beneath once.
 */
final class LayeredWriter {
  private static final int BLOCK = OverlayFormat.BLOCK_BYTES;
  private static final int PIECE_BYTES = 64 << 10;
  private static final int STRIPES = 64;
  private static final byte[] ZEROS = new byte[PIECE_BYTES];

  private final BlockFile data;
  private final LiveMap map;
  private final LayeredReader reader;
  private final SpaceLimit space;
  private final WriteTracker tracker;
  private final Soundness soundness;
  private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

  LayeredWriter(
      BlockFile data,
      LiveMap map,
      LayeredReader reader,
      SpaceLimit space,
      WriteTracker tracker,
      Soundness soundness) {
    this.data = data;
    this.map = map;
    this.reader = reader;
    this.space = space;
    this.tracker = tracker;
    this.soundness = soundness;
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new ReentrantLock();
    }
  }

  /** What is done to a piece of the image while no other thread changes it. */
  private interface PieceAction {
    void run(long offset, long end) throws IOException;
  }

  private void inPieces(long offset, long end, PieceAction action) throws IOException {
    for (long at = offset; at < end; ) {
      long pieceEnd = Math.min(end, (at / PIECE_BYTES + 1) * PIECE_BYTES);
      ReentrantLock stripe = stripes[(int) (at / PIECE_BYTES % STRIPES)];
      stripe.lock();
      try {
        action.run(at, pieceEnd);
      } finally {
        stripe.unlock();
      }
      at = pieceEnd;
    }
  }

  /** Writes all of the source. The image grows where it ends before. */
  void write(long offset, ByteBuffer source) throws IOException {
    int limit = source.limit();
    inPieces(
        offset,
        offset + source.remaining(),
        (at, end) -> {
          source.limit(source.position() + (int) (end - at));
          try {
            writePiece(at, source);
          } finally {
            source.limit(limit);
          }
        });
  }

  private void writePiece(long offset, ByteBuffer source) throws IOException {
    long end = offset + source.remaining();
    long first = offset / BLOCK;
    long last = (end - 1) / BLOCK;
    boolean copiesHead = offset % BLOCK != 0 && map.stateAt(offset) != BlockState.DATA;
    boolean copiesTail = end % BLOCK != 0 && map.stateAt(end) != BlockState.DATA;
    // A block that is in the data file already is written in place, no more of it than was asked.
    long from = copiesHead ? first * BLOCK : offset;
    long to = copiesTail ? (last + 1) * BLOCK : end;
    if (first == last && (copiesHead || copiesTail)) {
      from = first * BLOCK;
      to = from + BLOCK;
    }
    ByteBuffer bytes = source;
    if (from < offset || to > end) {
      bytes = ByteBuffer.allocate((int) (to - from));
      reader.readBeneath(from, bytes.limit((int) (offset - from)));
      bytes.limit((int) (end - from)).put(source);
      bytes.limit((int) (to - from));
      reader.readBeneath(end, bytes);
      bytes.flip();
    }
    put(from, bytes, first, last + 1, end);
  }

  /**
   * Writes to the data file.
   *
   * @param end where the image ends then, if it ended before
   */
  private void put(long offset, ByteBuffer bytes, long firstBlock, long endBlock, long end)
      throws IOException {
    List<MapEntry> fresh = map.runsNotData(firstBlock, endBlock);
    long freshBytes = fresh.stream().mapToLong(MapEntry::count).sum() * BLOCK;
    space.take(freshBytes);
    try {
      reserve(fresh.size());
      data.write(offset, bytes);
    } catch (NoSpaceException e) {
      space.add(-freshBytes);
      map.touch();
      tracker.wrote(firstBlock, endBlock - firstBlock);
      throw e;
    } catch (IOException | RuntimeException | Error e) {
      soundness.breakWith(e);
      throw e;
    }
    if (freshBytes > 0) {
      soundness.tookRoom();
    }
    map.change(fresh, end);
    tracker.wrote(firstBlock, endBlock - firstBlock);
  }

  /**
   * Takes room in the map. Who cannot write there for another reason than want of room is broken.
   */
  private void reserve(int entries) throws IOException {
    try {
      map.reserve(entries);
    } catch (NoSpaceException e) {
      throw e;
    } catch (IOException | RuntimeException | Error e) {
      soundness.breakWith(e);
      throw e;
    }
  }

  /**
   * Makes zeros of a range within the image.
   *
   * @param must whether every byte has to be zero afterwards; else blocks that would cost a write
   *     are left as they are
   */
  void zero(long offset, long end, boolean must) throws IOException {
    inPieces(offset, end, (at, pieceEnd) -> zeroPiece(at, pieceEnd, must));
  }

  private void zeroPiece(long offset, long end, boolean must) throws IOException {
    for (long at = offset; at < end; ) {
      long runEnd = map.runEnd(at, end);
      switch (map.stateAt(at)) {
        case ZERO -> {}
        case DATA -> zeroBytes(at, runEnd, must);
        case BASE -> zeroBase(at, runEnd, must);
      }
      at = runEnd;
    }
  }

  private void zeroBase(long offset, long end, boolean must) throws IOException {
    if (reader.isZerosBeneath(offset, end)) {
      return;
    }
    long first = Math.ceilDiv(offset, BLOCK);
    // The last block of the image may be a short one, which is whole all the same.
    long behind = end >= map.sizeBytes() ? Math.ceilDiv(end, BLOCK) : end / BLOCK;
    if (first >= behind) {
      zeroBytes(offset, end, must);
      return;
    }
    zeroBytes(offset, first * BLOCK, must);
    reserve(1);
    map.change(List.of(new MapEntry(first, behind - first, BlockState.ZERO)), map.sizeBytes());
    tracker.wrote(first, behind - first);
    zeroBytes(behind * BLOCK, end, must);
  }

  private void zeroBytes(long offset, long end, boolean must) throws IOException {
    if (must && offset < end) {
      writePiece(offset, ByteBuffer.wrap(ZEROS, 0, (int) (end - offset)).slice());
    }
  }

  /** Cuts the image while no other thread changes it. */
  void cutTo(long newSizeBytes) throws IOException {
    long tailEnd = Math.min(map.sizeBytes(), Math.ceilDiv(newSizeBytes, BLOCK) * BLOCK);
    if (tailEnd > newSizeBytes && map.stateAt(newSizeBytes) == BlockState.DATA) {
      // If the image grows again, what was cut off must not come back.
      zeroBytes(newSizeBytes, tailEnd, true);
    }
    long firstGone = Math.ceilDiv(newSizeBytes, BLOCK);
    List<MapEntry> gone = new ArrayList<>();
    long freedBlocks = 0;
    for (MapEntry run : map.written()) {
      if (run.end() > firstGone) {
        long from = Math.max(firstGone, run.firstBlock());
        gone.add(new MapEntry(from, run.end() - from, BlockState.BASE));
        freedBlocks += run.state() == BlockState.DATA ? run.end() - from : 0;
      }
    }
    reserve(gone.size());
    map.cutTo(newSizeBytes, gone);
    space.add(-freedBlocks * BLOCK);
  }
}
