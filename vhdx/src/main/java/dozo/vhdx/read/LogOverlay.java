package dozo.vhdx.read;

import dozo.vhdx.format.VhdxFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a log changes in a file: ranges that do not overlap, each a page of data or a run of zeros,
 * later changes over earlier ones.
 *
 * <p>A page of data is not kept but read from the log when it is asked for, so that a long log
 * costs a hundred bytes a page.
 *
 * <p>Filled by one thread, then read by many.
 */
final class LogOverlay {

  /**
   * A changed range.
   *
   * @param start byte offset in the file
   * @param end the offset just behind it
   * @param data the page that stands there; absent for zeros
   */
  record Patch(long start, long end, @Nullable Page data) {}

  /**
   * A page of data: eight bytes, then 4084 from a sector of the log, then four bytes.
   *
   * @param leading the first eight bytes as a little-endian long
   * @param trailing the last four bytes as a little-endian int
   * @param sector where the log's sector begins in the file
   */
  record Page(long leading, int trailing, long sector) {}

  private final TreeMap<Long, Patch> patches = new TreeMap<>();
  private long end;

  void putPage(long target, long leading, int trailing, long sector) {
    put(new Patch(target, target + VhdxFormat.PAGE, new Page(leading, trailing, sector)));
  }

  void putZeros(long target, long length) {
    put(new Patch(target, target + length, null));
  }

  /** The file is to count as so long at least, zeros where it was shorter. */
  void extendTo(long length) {
    end = Math.max(end, length);
  }

  /** How long the file is once the log is applied, unless it is longer already. */
  long end() {
    return end;
  }

  boolean isEmpty() {
    return patches.isEmpty();
  }

  /** The patch that covers an offset, or else the first one behind it, if any. */
  @Nullable Patch atOrAfter(long offset) {
    Map.Entry<Long, Patch> before = patches.floorEntry(offset);
    if (before != null && before.getValue().end() > offset) {
      return before.getValue();
    }
    Map.Entry<Long, Patch> after = patches.higherEntry(offset);
    return after == null ? null : after.getValue();
  }

  /** Puts a patch over whatever it covers. Pages are aligned, so only runs of zeros are cut. */
  private void put(Patch patch) {
    Map.Entry<Long, Patch> before = patches.lowerEntry(patch.start());
    if (before != null && before.getValue().end() > patch.start()) {
      Patch cut = before.getValue();
      patches.put(cut.start(), new Patch(cut.start(), patch.start(), cut.data()));
      keepRest(cut, patch);
    }
    Map.Entry<Long, Patch> last = patches.lowerEntry(patch.end());
    if (last != null && last.getKey() >= patch.start()) {
      keepRest(last.getValue(), patch);
    }
    patches.subMap(patch.start(), patch.end()).clear();
    patches.put(patch.start(), patch);
    extendTo(patch.end());
  }

  private void keepRest(Patch cut, Patch by) {
    if (cut.end() > by.end()) {
      patches.put(by.end(), new Patch(by.end(), cut.end(), cut.data()));
    }
  }
}
