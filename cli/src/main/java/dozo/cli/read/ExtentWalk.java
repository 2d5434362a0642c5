package dozo.cli.read;

import dozo.format.disk.ChunkSource;
import dozo.format.disk.DiskRange;
import dozo.format.disk.Extent;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;

/** The extents of some ranges of a disk, in order, listed some at a time. For one thread. */
public final class ExtentWalk {

  private static final int MOST_AT_A_TIME = 2_048;
  private static final int LEAST_AT_A_TIME = 16;

  /** What the number of extents in a range is guessed by. */
  private static final int GUESSED_EXTENT_BYTES = 16 << 10;

  private final ChunkSource source;
  private final Iterator<DiskRange> ranges;
  private final Queue<Extent> listed = new ArrayDeque<>();
  private long position;
  private long end;

  private ExtentWalk(ChunkSource source, Iterator<DiskRange> ranges) {
    this.source = source;
    this.ranges = ranges;
    nextRange();
  }

  /** Walks from the beginning of an extent to the end of the disk. */
  public static ExtentWalk from(ChunkSource source, long offset) {
    long length = source.sizeBytes() - offset;
    return over(source, length == 0 ? List.of() : List.of(new DiskRange(offset, length)));
  }

  /**
   * Walks over ranges.
   *
   * @param ranges in order; holes are cut to them, chunks are given whole. What lies behind the end
   *     of the disk does not count
   */
  public static ExtentWalk over(ChunkSource source, List<DiskRange> ranges) {
    return new ExtentWalk(source, ranges.iterator());
  }

  private void nextRange() {
    while (position >= end && ranges.hasNext()) {
      DiskRange range = ranges.next();
      position = range.offset();
      end = Math.min(range.end(), source.sizeBytes());
      listed.clear();
    }
  }

  /** Where the next extent begins. */
  long position() {
    return position;
  }

  /** Whether there is another extent. */
  public boolean hasNext() {
    return position < end;
  }

  /** Returns the next extent. */
  public Extent next() throws IOException {
    if (listed.isEmpty()) {
      long guess = (end - position) / GUESSED_EXTENT_BYTES;
      listed.addAll(source.extents(position, Math.clamp(guess, LEAST_AT_A_TIME, MOST_AT_A_TIME)));
    }
    Extent extent = listed.remove();
    if (extent.isHole()) {
      long from = Math.max(extent.offset(), position);
      extent = new Extent(from, Math.min(extent.end(), end) - from, Extent.HOLE);
    }
    position = extent.end();
    nextRange();
    return extent;
  }
}
