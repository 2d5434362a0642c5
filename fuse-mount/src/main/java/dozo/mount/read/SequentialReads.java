package dozo.mount.read;

import org.jspecify.annotations.Nullable;

/**
 * Finds out which of the readers of a disk read sequentially, and how far to run ahead of them.
 * Several streams are told apart, since a guest copies one file while it reads another. Readers
 * need not be in order: the kernel's own read-ahead asks for pieces side by side, and they arrive
 * in any order.
 *
 * <p>Safe for use by many threads.
 */
final class SequentialReads {
  private static final int STREAMS = 8;

  /** How far from a stream's end a read may lie and still belong to it. */
  private static final long SLACK_BYTES = 1 << 20;

  /** How much has to have been read in order before anything is read ahead. */
  private static final long PATIENCE_BYTES = 512 << 10;

  /** The least that is worth a task of its own, but for the end of the disk. */
  static final int LEAST_BYTES = 1 << 20;

  /**
   * The most of one task, and what long runs are read in. The longer the pieces, the fewer segments
   * lie in two of them: a server has to unpack such a one for each, and sends its chunks plain.
   */
  static final int PIECE_BYTES = 4 << 20;

  /** A long run is read ahead by as many pieces, so that some come while one is read. */
  private static final int PIECES_AHEAD = 4;

  /** A range to read ahead, of at least one byte. */
  record Ahead(long from, long to) {}

  private final Stream[] streams = new Stream[STREAMS];
  private final long sizeBytes;
  private final long maximumAheadBytes;
  private long clock;

  SequentialReads(long sizeBytes, long maximumAheadBytes) {
    this.sizeBytes = sizeBytes;
    this.maximumAheadBytes = maximumAheadBytes;
    for (int i = 0; i < STREAMS; i++) {
      streams[i] = new Stream();
    }
  }

  private static final class Stream {
    /** Where the furthest read ended. */
    private long end = Long.MIN_VALUE / 2;

    /** How much was read in order. */
    private long run;

    /** Up to where it was read ahead. */
    private long aheadEnd;

    private long lastUsed;
  }

  /**
   * Notes a read.
   *
   * @return what to read ahead now, which counts as done; or null
   */
  synchronized @Nullable Ahead note(long offset, int length) {
    Stream stream = find(offset);
    stream.lastUsed = ++clock;
    long end = offset + length;
    if (end > stream.end) {
      stream.end = end;
      stream.run += length;
    }
    if (stream.run < PATIENCE_BYTES) {
      return null;
    }
    // It grows with the run, so that a short one wastes little.
    long distance = Math.min(maximumAheadBytes, stream.run);
    long piece = Math.clamp(distance / PIECES_AHEAD, LEAST_BYTES, PIECE_BYTES);
    long to = Math.min(sizeBytes, stream.end + distance);
    long from = Math.max(stream.end, stream.aheadEnd);
    if (to - from < piece && (to < sizeBytes || from >= to)) {
      return null;
    }
    stream.aheadEnd = to;
    return new Ahead(from, to);
  }

  /** The stream that an offset belongs to; if to none, the one used longest ago, begun anew. */
  private Stream find(long offset) {
    Stream oldest = streams[0];
    for (Stream stream : streams) {
      if (Math.abs(offset - stream.end) <= SLACK_BYTES) {
        return stream;
      }
      if (stream.lastUsed < oldest.lastUsed) {
        oldest = stream;
      }
    }
    oldest.end = offset;
    oldest.run = 0;
    oldest.aheadEnd = 0;
    return oldest;
  }
}
