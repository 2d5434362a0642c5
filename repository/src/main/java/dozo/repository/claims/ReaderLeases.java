package dozo.repository.claims;

import dozo.format.manifest.RestorePointId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which restore points are being read. A restore point that has a reader is not forgotten, and one
 * that is being forgotten gets no reader.
 *
 * <p>Safe for use by several threads. No method waits.
 */
public final class ReaderLeases {

  private final Map<RestorePointId, Integer> readers = new HashMap<>();
  private final Set<RestorePointId> leaving = new HashSet<>();

  /** Makes a set without leases. */
  public ReaderLeases() {}

  /** Takes a lease, to be released once; false if the restore point is being forgotten. */
  public synchronized boolean acquire(RestorePointId point) {
    if (leaving.contains(point)) {
      return false;
    }
    readers.merge(point, 1, Integer::sum);
    return true;
  }

  /** Gives a lease back. */
  public synchronized void release(RestorePointId point) {
    readers.computeIfPresent(point, (id, count) -> count == 1 ? null : count - 1);
  }

  /** Whether a restore point has a reader. */
  public synchronized boolean isLeased(RestorePointId point) {
    return readers.containsKey(point);
  }

  /** How many leases there are. */
  public synchronized int count() {
    return readers.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Keeps readers away, until {@link #forgotten}; false if there is one already. */
  public synchronized boolean beginForgetting(RestorePointId point) {
    return !readers.containsKey(point) && leaving.add(point);
  }

  /** Says that the restore point cannot be found any more, or is not forgotten after all. */
  public synchronized void forgotten(RestorePointId point) {
    leaving.remove(point);
  }
}
