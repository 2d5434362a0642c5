package dozo.repository.prune;

import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * Knows which restore points cannot be read whole: those that need a chunk which is in no pack, or
 * in a segment that was found damaged.
 */
@FunctionalInterface
public interface KnownDamage {

  /**
   * Those of some restore points that something is missing of.
   *
   * @throws IOException if that cannot be found out, so that none of them may be forgotten
   */
  Set<RestorePointId> among(List<RestorePoint> points) throws IOException;
}
