package dozo.repository.space;

import dozo.format.manifest.RestorePointId;
import java.util.List;

/**
 * What deleting a set of restore points would free, once they have left the trash and a sweep has
 * run. Restore points that are in the trash already count as gone. Map nodes, some 0.3 % of the
 * data, are not counted.
 *
 * @param points each restore point that was asked for
 * @param freedBytes the plain bytes of the chunks that only these restore points need
 * @param freedChunks how many chunks those are
 * @param freedStoredBytes about what they take in packs, by what all restore points took on the
 *     average
 */
public record SpaceReport(
    List<Point> points, long freedBytes, long freedChunks, long freedStoredBytes) {

  /** Keeps a copy. */
  public SpaceReport {
    points = List.copyOf(points);
  }

  /**
   * What one restore point needs.
   *
   * @param id the restore point
   * @param dataBytes the bytes of its disks and files that are not holes
   * @param exclusiveBytes the plain bytes of the chunks that no other restore point needs: what
   *     deleting it alone would free
   */
  public record Point(RestorePointId id, long dataBytes, long exclusiveBytes) {

    /** What other restore points need as well, or what is in it more than once. */
    public long sharedBytes() {
      return dataBytes - exclusiveBytes;
    }
  }
}
