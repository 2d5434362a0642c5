package dozo.format.map;

import java.io.IOException;

/**
 * Goes over the ranges of a disk in which two maps differ: where one has another run than the
 * other, at another place, or where only one has anything. Ranges do not touch each other, and
 * begin and end where runs do. Content outside them is equal.
 *
 * <p>Nodes that both maps have at the same place are not fetched: the cost follows the difference,
 * not the size. Not safe for use by several threads.
 */
public final class MapDiff {

  private final MapCursor one;
  private final MapCursor other;

  /** Up to where the maps have been compared. */
  private long position;

  private long offset;
  private long end;

  MapDiff(MapCursor one, MapCursor other) {
    this(one, other, 0);
  }

  /** Compares from a place on to which both cursors have gone. */
  MapDiff(MapCursor one, MapCursor other, long position) {
    this.one = one;
    this.other = other;
    this.position = position;
  }

  /** Where the range begins. */
  public long offset() {
    return offset;
  }

  /** How long the range is, in bytes. */
  public long length() {
    return end - offset;
  }

  /** Goes to the next range. Returns whether there is one. */
  public boolean next() throws IOException {
    skipEqual();
    offset = position;
    end = position;
    while (!(one.atEnd() && other.atEnd()) && position == end) {
      end = nextEnd();
      advance();
      skipEqual();
    }
    return end > offset;
  }

  /** Where the pieces that differ here end. */
  private long nextEnd() {
    if (one.atEnd()) {
      return other.endOffset();
    }
    return other.atEnd() ? one.endOffset() : Math.min(one.endOffset(), other.endOffset());
  }

  private void advance() {
    position = nextEnd();
    if (!one.atEnd() && one.endOffset() == position) {
      one.next();
    }
    if (!other.atEnd() && other.endOffset() == position) {
      other.next();
    }
  }

  /**
   * Leaves both cursors where the maps differ: at two runs, or at one where the other has ended.
   */
  private void skipEqual() throws IOException {
    while (!one.atEnd() && !other.atEnd()) {
      if (isSame() || (one.data() == 0 && other.data() == 0)) {
        advance();
      } else if (one.isRun() && other.isRun()) {
        return;
      } else if (other.isRun() || (!one.isRun() && one.level() >= other.level())) {
        one.descend();
      } else {
        other.descend();
      }
    }
  }

  private boolean isSame() {
    return one.offset() == other.offset()
        && one.length() == other.length()
        && one.level() == other.level()
        && one.id().equals(other.id());
  }
}
