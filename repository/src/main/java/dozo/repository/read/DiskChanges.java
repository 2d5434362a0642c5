package dozo.repository.read;

import dozo.format.disk.DiskRange;
import dozo.format.map.ChunkMap;
import dozo.format.map.MapDiff;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Where two disks of a repository differ.
 *
 * @param ranges in order; they do not touch
 * @param next where to look on, if there may be more
 */
public record DiskChanges(List<DiskRange> ranges, OptionalLong next) {

  /**
   * Compares two maps; what is equal in both costs nothing.
   *
   * @param offset from where on: 0, or {@link #next} of an earlier answer
   * @param maximum how many ranges to list at the most
   */
  public static DiskChanges between(ChunkMap one, ChunkMap other, long offset, int maximum)
      throws IOException {
    List<DiskRange> ranges = new ArrayList<>();
    MapDiff diff = one.changesTo(other, offset);
    while (ranges.size() < maximum) {
      if (!diff.next()) {
        return new DiskChanges(ranges, OptionalLong.empty());
      }
      ranges.add(new DiskRange(diff.offset(), diff.length()));
    }
    return new DiskChanges(ranges, OptionalLong.of(ranges.getLast().end()));
  }
}
