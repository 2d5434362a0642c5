package dozo.client;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the runs of zeros that are worth telling instead of sending.
 *
 * <p>A server leaves out runs of 64 KiB of zeros whether they come as bytes or as a range, so what
 * is found here saves the way there and changes nothing of what is stored. Bytes are compared 4 KiB
 * at a time, which the JVM does at the speed of memory.
 */
final class ZeroFinder {

  /** The step of the search. A run begins and ends at a multiple of it within the block. */
  static final int STEP_BYTES = 4 << 10;

  /** The shortest run that is told as a range; shorter ones cost more to tell than to send. */
  static final int MINIMUM_RUN_BYTES = 64 << 10;

  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(STEP_BYTES).asReadOnlyBuffer();

  private ZeroFinder() {}

  /**
   * Splits a block.
   *
   * @param offset where the block begins in its disk
   * @param block the bytes from position to limit, which stay as they are
   */
  static List<Piece> split(long offset, ByteBuffer block) {
    List<Piece> pieces = new ArrayList<>(1);
    int begin = block.position();
    int end = block.limit();
    int dataFrom = begin;
    int at = begin;
    while (at < end) {
      int zeroEnd = zeroEnd(block, at, end);
      if (zeroEnd - at >= MINIMUM_RUN_BYTES || zeroEnd - at == end - begin) {
        addData(pieces, offset - begin, block, dataFrom, at);
        pieces.add(new Piece.Zeros(offset - begin + at, zeroEnd - at));
        dataFrom = zeroEnd;
      }
      at = zeroEnd == end ? end : Math.min(end, zeroEnd + STEP_BYTES);
    }
    addData(pieces, offset - begin, block, dataFrom, end);
    return pieces;
  }

  /** Where the zeros that begin at a place end; the place itself if its first step has others. */
  private static int zeroEnd(ByteBuffer block, int from, int end) {
    int at = from;
    while (at < end) {
      int length = Math.min(STEP_BYTES, end - at);
      if (beginsWithData(block, at, length)
          || block.slice(at, length).mismatch(ZEROS.slice(0, length)) >= 0) {
        return at;
      }
      at += length;
    }
    return end;
  }

  /** Tells most data from zeros without a view of it. */
  private static boolean beginsWithData(ByteBuffer block, int at, int length) {
    return length >= Long.BYTES && block.getLong(at) != 0;
  }

  private static void addData(List<Piece> pieces, long base, ByteBuffer block, int from, int to) {
    if (to > from) {
      pieces.add(new Piece.Data(base + from, block.slice(from, to - from)));
    }
  }
}
