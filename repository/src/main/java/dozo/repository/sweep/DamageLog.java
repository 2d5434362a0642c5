package dozo.repository.sweep;

import dozo.format.ChunkId;
import dozo.format.manifest.RestorePoint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What is needed and cannot be had, within a bound. For one thread. */
final class DamageLog {

  private static final int MAXIMUM = 1_000;

  private final List<MapSource> sources;
  private final List<SweepReport.Damage> damages = new ArrayList<>();
  private final Set<ChunkId> seen = new HashSet<>();
  private long more;

  DamageLog(List<MapSource> sources) {
    this.sources = sources;
  }

  /**
   * Notes a chunk, once.
   *
   * @param source the number of the map that refers to it
   * @param isMissing whether it is in no pack
   */
  void add(int source, ChunkId chunk, boolean isMissing) {
    if (damages.size() == MAXIMUM) {
      more++;
    } else if (seen.add(chunk)) {
      MapSource map = sources.get(source);
      RestorePoint point = map.point();
      damages.add(new SweepReport.Damage(point.id(), map.name(), chunk.toString(), isMissing));
    }
  }

  List<SweepReport.Damage> damages() {
    return damages;
  }

  long more() {
    return more;
  }
}
